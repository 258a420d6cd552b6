package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.models.ToldRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class RubyToldPlacementTest {
  private static final String VERSION = "3.1";
  private static final int COUNT = 400;
  private static final int PAGES = 700;

  /** A page that is not of the start image. */
  private static final int LATER = 200;

  private static final long FIRST = 0x7f48_0000_0010L;

  private final RubyProvider provider = new RubyProvider();

  @Test
  void stringsThatWereToldOnPagesOfTheirOwnBreakAPageEach() {
    long together = broken("strs.length", told("0", addresses(RubySlots.BYTES)));
    long apart = broken("strs.length", told("0", addresses(RubyHeapPage.BYTES)));

    assertThat(apart - together).isBetween(COUNT - 4L, COUNT - 1L);
  }

  @Test
  void aSymbolIsToldAfterItsString() {
    long[] addresses = new long[2 * COUNT];
    Arrays.setAll(
        addresses,
        i -> i % 2 == 0 ? slot(LATER, i / 2) : slot(LATER + 1 + i / 2, 0)); // ids are the symbols'
    long apart = broken("syms.oid", told("0", addresses));
    Arrays.setAll(addresses, i -> i % 2 == 0 ? slot(LATER + 1 + i / 2, 0) : slot(LATER, i / 2));

    assertThat(apart - broken("syms.oid", told("0", addresses))).isBetween(COUNT - 4L, COUNT - 1L);
  }

  @Test
  void theDeadLieWhereSomethingWasInUse() {
    Map<String, long[]> told = told("0", addresses(RubyHeapPage.BYTES));
    long together = broken("strs.gc.nogc", told);
    told.put(
        "free",
        LongStream.range(0, PAGES * 400L)
            .filter(i -> i % 400 != 300) // on another page of the kernel than the string
            .map(i -> slot((int) (i / 400), (int) (i % 400)))
            .toArray());

    assertThat(broken("strs.gc.nogc", told) - together).isGreaterThan(COUNT / 2);
  }

  @Test
  void whatARunHasToldAfterACompactionMeetsTheKernelsCount() throws IOException {
    Map<String, long[]> told = new TreeMap<>();
    String name = "told-arrays.freeze.precompact-1500-3.1.txt";
    try (InputStream in = RubyToldPlacementTest.class.getResourceAsStream(name)) {
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.split(" "))
          .forEach(
              words ->
                  told.put(
                      words[0], Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray()));
    }

    // the kernel: 61 and 62; modelled: 69
    assertThat(ToldRun.broken(provider, VERSION, "arrays.freeze.precompact", 1500, told))
        .isBetween(60L, 63L);
  }

  @Test
  void anotherNumberOfAddressesThanOfObjectsIsRefused() {
    assertThatThrownBy(() -> broken("syms.each", told("0", addresses(RubySlots.BYTES))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("400 addresses were told of 800 objects (column 0)");
  }

  @Test
  void anObjectOnNoHeapPageIsRefused() {
    assertThatThrownBy(() -> broken("strs.each", Map.of("0", addresses(RubySlots.BYTES))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no heap page that was told");
  }

  @Test
  void aParentThatCompactsWouldTellOfOtherPlaces() {
    assertThatCode(() -> RubyToldPlacement.check(compacting(ForkPlan.Acting.CHILDREN)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> RubyToldPlacement.check(compacting(ForkPlan.Acting.BOTH)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has moved or freed objects by compact");
  }

  private Scenario compacting(ForkPlan.Acting acting) {
    Scenario plan = provider.expand("strs.compact", VERSION, COUNT);
    return new Scenario(
        plan.name(),
        plan.runtime(),
        plan.version(),
        plan.options(),
        plan.populations(),
        plan.preparations(),
        new ForkPlan(1, acting),
        plan.actions(),
        plan.requests(),
        plan.seed());
  }

  private long broken(String name, Map<String, long[]> told) {
    return ToldRun.broken(provider, VERSION, name, COUNT, told);
  }

  private static Map<String, long[]> told(String column, long[] addresses) {
    Map<String, long[]> told = new TreeMap<>();
    told.put("pages", ToldRun.addresses(FIRST, PAGES, RubyHeapPage.BYTES));
    told.put(column, addresses);
    return told;
  }

  private static long[] addresses(long step) {
    return ToldRun.addresses(slot(LATER, 0), COUNT, step);
  }

  private static long slot(int page, int slot) {
    return FIRST + (long) page * RubyHeapPage.BYTES + (long) slot * RubySlots.BYTES;
  }
}
