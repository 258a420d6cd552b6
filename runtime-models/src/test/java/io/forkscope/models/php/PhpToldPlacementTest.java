package io.forkscope.models.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.models.ToldRun;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PhpToldPlacementTest {
  private static final String VERSION = "8.2";
  private static final long CHUNK = 0x7fab_1220_0000L;
  private static final int COUNT = 1000;

  private final PhpProvider provider = new PhpProvider();

  @Test
  void stringsThatWereToldOnPagesOfTheirOwnBreakAPageEach() {
    long together = broken("strs.foreach", Map.of("0", addresses(32)));
    long apart = broken("strs.foreach", Map.of("0", addresses(4096)));

    assertThat(apart - together).isEqualTo(COUNT - COUNT * 32 / 4096 - 1);
  }

  @Test
  void anArrayIsToldApartFromItsTable() {
    Map<String, long[]> told = new TreeMap<>();
    told.put("0", addresses(56));
    told.put("0:data", addresses(4096)); // only read
    long together = broken("arrays.foridx", told);
    told.put("0", addresses(4096));

    assertThat(broken("arrays.foridx", told) - together).isEqualTo(COUNT - COUNT * 56 / 4096 - 1);
  }

  @Test
  void bothObjectsOfACycleAreTold() {
    Map<String, long[]> told = new TreeMap<>();
    told.put("0", addresses(72));
    told.put("0.1", addresses(72));
    long together = broken("cyc.gc", told);
    told.put("0.1", addresses(4096));

    assertThat(broken("cyc.gc", told) - together).isBetween(970L, COUNT + 0L);
  }

  @Test
  void whatLiesInTheMainChunkLiesThereInTheModelToo() {
    long vmStack = CHUNK + 20 * 4096;
    Map<String, long[]> told = new TreeMap<>();
    told.put("0", ToldRun.addresses(vmStack, COUNT, 4));
    long apart = broken("strs.foreach", told);
    told.put("heap", new long[] {CHUNK});

    assertThat(apart - broken("strs.foreach", told)).isEqualTo(1); // a page that is written anyway
  }

  @Test
  void keysAndValuesOfAMapAreTold() {
    Map<String, long[]> told = new TreeMap<>();
    told.put("0.key", addresses(4096));
    told.put("0.value", addresses(32));

    assertThat(broken("strmap.foreachkv", told)).isBetween(1000L, 1050L);
  }

  @Test
  void anotherNumberOfAddressesThanOfStringsIsRefused() {
    assertThatThrownBy(() -> broken("strs.foreach", Map.of("0", new long[] {CHUNK})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 addresses were told of 1000 objects (column 0)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"strs.setelem", "strs.unset", "arrays.setinner", "strs.alloc.holes"})
  void whatIsFreedWouldHaveToBeToldToo(String name) {
    assertThatThrownBy(() -> broken(name, Map.of("0", addresses(32))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("frees, or finds free, would have to be told too");
  }

  private long broken(String name, Map<String, long[]> told) {
    return ToldRun.broken(provider, VERSION, name, COUNT, told);
  }

  private static long[] addresses(long step) {
    return ToldRun.addresses(CHUNK + 0x1000_0000L, COUNT, step);
  }
}
