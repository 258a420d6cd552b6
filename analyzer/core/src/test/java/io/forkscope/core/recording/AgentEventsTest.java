package io.forkscope.core.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.events.AgentInfoEvent;
import io.forkscope.events.AllocationsEvent;
import io.forkscope.events.ForkPointEvent;
import io.forkscope.events.HeapSpaceEvent;
import io.forkscope.events.LossEvent;
import io.forkscope.events.RegionEvent;
import io.forkscope.events.ResidentEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgentEventsTest {

  @Test
  void everyFieldThatIsReadIsOneThatTheAgentWrites() {
    Map<String, Class<?>> written =
        Map.of(
            AgentInfoEvent.NAME, AgentInfoEvent.class,
            AllocationsEvent.NAME, AllocationsEvent.class,
            ForkPointEvent.NAME, ForkPointEvent.class,
            HeapSpaceEvent.NAME, HeapSpaceEvent.class,
            LossEvent.NAME, LossEvent.class,
            RegionEvent.NAME, RegionEvent.class,
            ResidentEvent.NAME, ResidentEvent.class);

    // A field that is absent reads as 0 without a word, so a renamed one would go unnoticed.
    for (EventSchema schema : AgentEvents.ALL) {
      assertThat(written).containsKey(schema.event());
      List<String> fields =
          Arrays.stream(
                  java.util.Objects.requireNonNull(written.get(schema.event())).getDeclaredFields())
              .map(java.lang.reflect.Field::getName)
              .toList();
      assertThat(fields)
          .as(schema.event())
          .containsAll(schema.fields().stream().map(EventSchema.Field::path).toList());
    }
  }
}
