package io.forkscope.models.perl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.models.ToldRun;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PerlToldPlacementTest {
  private static final String VERSION = "5.36";
  private static final long HEAP = 0x5655_1234_5010L;
  private static final int COUNT = 1000;

  private final PerlProvider provider = new PerlProvider();

  @Test
  void headsThatWereToldOnPagesOfTheirOwnBreakAPageEach() {
    long together = broken("ints.foreach", Map.of("0.head", addresses(24)));
    long apart = broken("ints.foreach", Map.of("0.head", addresses(4096)));

    assertThat(apart - together).isEqualTo(COUNT - COUNT * 24 / 4096 - 1);
  }

  @Test
  void partsAreToldInColumnsOfTheirOwn() {
    Map<String, long[]> told = new TreeMap<>();
    told.put("0.head", addresses(24));
    told.put("0.referent", addresses(24));
    for (String key : new String[] {"id", "name"}) {
      for (String column : new String[] {"head", "body", "block"}) {
        told.put("0." + key + "." + column, addresses(64));
      }
    }
    long together = broken("hashes.setkey", told);
    told.put("0.id.head", addresses(4096));

    assertThat(broken("hashes.setkey", told) - together).isGreaterThan(900);
  }

  @Test
  void whatLiesOnPagesOfTheInterpreterLiesThereInTheModelToo() {
    long heap = HEAP >>> 12 << 12;
    long[] heads = ToldRun.addresses(heap + 40 * 4096, COUNT, 24);
    Map<String, long[]> told = new TreeMap<>(Map.of("0.head", heads));
    long apart = broken("ints.foreach", told);
    told.put("heap", new long[] {heap});

    assertThat(apart - broken("ints.foreach", told)).isEqualTo(4); // of its loop, PerlActions
  }

  @Test
  void keysOfAHashAreTold() {
    Map<String, long[]> told = Map.of("0.head", addresses(24), "0.key", addresses(4096));

    assertThat(broken("hash.keys", told)).isBetween(1000L, 1150L);
  }

  @Test
  void bodiesThatAStepBeforeTheForkHasMadeAreTold() {
    Map<String, long[]> told = new TreeMap<>();
    told.put("0.head", addresses(24));
    told.put("0.body", addresses(24));
    told.put("0.block", addresses(32));

    assertThat(broken("floats.str.warm", told)).isLessThan(80);

    told.put("0.block", addresses(4096));

    assertThat(broken("floats.str.warm", told)).isGreaterThan(1000);
  }

  @Test
  void anotherNumberOfAddressesThanOfScalarsIsRefused() {
    assertThatThrownBy(() -> broken("ints.foreach", Map.of("0.head", new long[] {HEAP})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 addresses were told of 1000 objects (column 0.head)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"strs.clear", "strs.append", "ints.pop", "hash.delete", "ints.exit"})
  void whatIsFreedWouldHaveToBeToldToo(String name) {
    assertThatThrownBy(() -> broken(name, Map.of("0.head", addresses(24))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("frees would have to be told too");
  }

  @ParameterizedTest
  @ValueSource(strings = {"strs.sort", "arrays.copyall", "hashes.alloc"})
  void whatLiesFreeAmongTheScalarsWouldHaveToBeToldToo(String name) {
    assertThatThrownBy(() -> broken(name, Map.of("0.head", addresses(24))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes would have to be told too");
  }

  private long broken(String name, Map<String, long[]> told) {
    return ToldRun.broken(provider, VERSION, name, COUNT, told);
  }

  private static long[] addresses(long step) {
    return ToldRun.addresses(HEAP, COUNT, step);
  }
}
