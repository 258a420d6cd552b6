package io.forkscope.models.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.ToldRun;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LuaToldPlacementTest {
  private static final String VERSION = "5.4";
  private static final long HEAP = 0x5655_1234_5010L;
  private static final int COUNT = 1000;

  private final LuaProvider provider = new LuaProvider();

  @Test
  void objectsThatWereToldOnPagesOfTheirOwnBreakAPageEach() {
    long together = broken("strs.gc", Map.of("0", addresses(48)));
    long apart = broken("strs.gc", Map.of("0", addresses(4096)));

    assertThat(apart - together).isEqualTo(COUNT - COUNT * 48 / 4096 - 1);
  }

  @Test
  void partsAndNodesAreToldInColumnsOfTheirOwn() {
    Map<String, long[]> told = new TreeMap<>();
    told.put("0", addresses(64));
    told.put("0:nodes", addresses(96));
    told.put("0.name", addresses(48));
    long together = broken("records.gc", told);
    told.put("0.name", addresses(4096));

    assertThat(broken("records.gc", told) - together).isGreaterThan(900);
  }

  @Test
  void keysOfAMapAreTold() {
    assertThat(broken("hash.gc", Map.of("0.key", addresses(4096)))).isGreaterThan(1000);
  }

  /** As lua5.4 5.4.4 has shuffled eight elements. */
  @Test
  void elementsOfAShuffledListAreKnownByTheOrderOfTheirMaking() {
    Value number = new Value("int", Map.of(), List.of());
    Population of = new Population("data", "list", number, 8, 5, 1);

    assertThat(LuaToldPlacement.elements(of, 8)).containsExactly(7, 0, 1, 4, 3, 6, 5, 2);
  }

  @Test
  void anotherNumberOfAddressesThanOfElementsIsRefused() {
    assertThatThrownBy(() -> broken("strs.gc", Map.of("0", new long[] {HEAP})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 addresses were told of 1000 objects (column 0)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"strs.clear", "tables.drop", "longstrs.gc", "longstrs.alloc", "strs.alloc.holes"})
  void whatIsFreedOrFoundFreeWouldHaveToBeToldToo(String name) {
    assertThatThrownBy(() -> broken(name, Map.of("0", addresses(48))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("finds free, would have to be told too");
  }

  private long broken(String name, Map<String, long[]> told) {
    return ToldRun.broken(provider, VERSION, name, COUNT, told);
  }

  private static long[] addresses(long step) {
    return ToldRun.addresses(HEAP, COUNT, step);
  }
}
