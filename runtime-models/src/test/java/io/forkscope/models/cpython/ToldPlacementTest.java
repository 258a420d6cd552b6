package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ToldPlacementTest {
  private static final String VERSION = "3.11";
  private static final long HEAP = 0x7f12_3456_7010L;

  private final CPythonProvider provider = new CPythonProvider();

  @Test
  void objectsThatWereToldOnPagesOfTheirOwnBreakAPageEach() {
    Scenario scenario = provider.expand("floats.iter", VERSION, 1000);

    long together = broken(scenario, addresses(1000, 24));
    long apart = broken(scenario, addresses(1000, 4096));

    assertThat(apart - together).isEqualTo(1000 - 1000 * 24 / 4096 - 1);
  }

  @Test
  void partsAreToldInColumnsOfTheirOwn() {
    Scenario scenario = provider.expand("json.walk", VERSION, 1000);
    Map<String, long[]> all =
        Map.of(
            "0", addresses(1000, 64),
            "0.0", LongStream.range(0, 1000).map(i -> HEAP + (1L << 30) + 4096 * i).toArray());

    assertThat(broken(scenario, all)).isGreaterThan(700);
  }

  @Test
  void anotherNumberOfAddressesThanOfObjectsIsRefused() {
    Scenario scenario = provider.expand("floats.iter", VERSION, 1000);

    assertThatThrownBy(() -> broken(scenario, addresses(999, 24)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("999 addresses were told of 1000 objects");
  }

  @Test
  void whatIsFreedWouldHaveToBeToldToo() {
    Scenario scenario = provider.expand("floats.del", VERSION, 1000);

    assertThatThrownBy(() -> broken(scenario, addresses(1000, 24)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delete");
  }

  private long broken(Scenario scenario, long[] addresses) {
    return broken(scenario, Map.of("0", addresses));
  }

  private long broken(Scenario scenario, Map<String, long[]> told) {
    RuntimeModel model = provider.create(VERSION, new ObservedAddresses(told)).orElseThrow();
    Trajectory seen = Simulation.run(scenario, model);
    return seen.brokenByActions(seen.end());
  }

  private static long[] addresses(int count, long step) {
    return LongStream.range(0, count).map(i -> HEAP + step * i).toArray();
  }
}
