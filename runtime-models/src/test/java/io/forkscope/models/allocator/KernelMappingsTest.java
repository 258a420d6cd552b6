package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.models.PageLedger;
import org.junit.jupiter.api.Test;

/** Where mappings lie among those that were given back. */
class KernelMappingsTest {

  private static final long END = 0x7f00_0000_0000L;
  private static final long BODY = 16 << 10;
  private static final Cause CAUSE =
      new Cause("a.take", CauseKind.ALLOCATION, "takes a block", "a test");

  private final PageLedger memory = new PageLedger();
  private final KernelMappings mappings =
      new KernelMappings(memory, memory.sink(CAUSE), END, 1L << 30);

  @Test
  void bodyLiesInTheHighestGapWithRoomToAlignIt() {
    assertThat(mappings.placeInGap(BODY)).isZero();
    long text = mappings.map(10 * BODY + 4096);
    mappings.map(BODY);
    assertThat(mappings.placeInGap(BODY)).isZero();

    mappings.unmap(text);

    for (int i = 1; i <= 9; i++) {
      assertThat(mappings.placeInGap(BODY)).isEqualTo(END - i * BODY);
    }
    assertThat(mappings.placeInGap(BODY)).isZero();
  }

  @Test
  void gapsOnBothSidesOfWhatOthersMappedDoNotJoin() {
    long first = mappings.map(BODY);
    mappings.wall();
    mappings.wall();
    long second = mappings.map(BODY);
    mappings.unmap(first);
    mappings.unmap(second);

    assertThat(second).isEqualTo(first - 4096 - BODY);
    assertThat(mappings.placeInGap(BODY)).isZero();
  }
}
