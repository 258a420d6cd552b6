package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.models.ToldRun;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ToldPlacementTest {
  private static final String VERSION = "3.11";
  private static final long HEAP = 0x7f12_3456_7010L;
  private static final int COUNT = 1000;

  private final CPythonProvider provider = new CPythonProvider();

  @Test
  void objectsThatWereToldOnPagesOfTheirOwnBreakAPageEach() {
    long together = broken("floats.iter", addresses(COUNT, 24));
    long apart = broken("floats.iter", addresses(COUNT, 4096));

    assertThat(apart - together).isEqualTo(COUNT - COUNT * 24 / 4096 - 1);
  }

  @Test
  void partsAreToldInColumnsOfTheirOwn() {
    Map<String, long[]> all =
        Map.of(
            "0", addresses(COUNT, 64),
            "0.0", ToldRun.addresses(HEAP + (1L << 30), COUNT, 4096));

    assertThat(broken("json.walk", all)).isGreaterThan(700);
  }

  @Test
  void anotherNumberOfAddressesThanOfObjectsIsRefused() {
    assertThatThrownBy(() -> broken("floats.iter", addresses(999, 24)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("999 addresses were told of 1000 objects");
  }

  @Test
  void whatIsFreedWouldHaveToBeToldToo() {
    assertThatThrownBy(() -> broken("floats.del", addresses(COUNT, 24)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delete");
  }

  private long broken(String name, long[] addresses) {
    return broken(name, Map.of("0", addresses));
  }

  private long broken(String name, Map<String, long[]> told) {
    return ToldRun.broken(provider, VERSION, name, COUNT, told);
  }

  private static long[] addresses(int count, long step) {
    return ToldRun.addresses(HEAP, count, step);
  }
}
