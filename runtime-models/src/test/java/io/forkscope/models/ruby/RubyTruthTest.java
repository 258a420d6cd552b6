package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.TruthTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Holds the model against real forks of CRuby 3.1; the resources say how they were measured. */
class RubyTruthTest {

  private static final RubyProvider RUBY = new RubyProvider();
  private static final String VERSION = "3.1";

  /**
   * Every so many rows of the large table are predicted, and no modifier is left out, for there are
   * ten rows of each builder and action; 1 predicts all.
   */
  private static final int SHARE = Integer.getInteger("forkscope.ruby.share", 7);

  @Test
  void medianStaysUnderOnePercentAndNineteenOfTwentyCasesWithinFive() throws IOException {
    Errors errors = new Errors("cruby: ", rows("truth-3.1.csv", SHARE));

    assertThat(errors.rows).as("cases").hasSizeGreaterThan(300);
    assertThat(errors.quantile(0.5)).as(errors.misses()).isLessThan(0.01);
    assertThat(errors.quantile(0.95)).as(errors.misses()).isLessThan(0.05);
    assertThat(errors.smallShare()).as(errors.misses()).isGreaterThan(0.98);
  }

  /** Their parts begin in the transient heap, which lists those that become old in it. */
  @Test
  void structsAndArraysOfSixPartsKeepThemInBlocksOfTheirOwn() throws IOException {
    Errors errors = new Errors("cruby, wide: ", rows("wide-3.1.csv", 1));

    assertThat(errors.rows).as("cases").hasSizeGreaterThan(30);
    assertThat(errors.quantile(0.95)).as(errors.misses()).isLessThan(0.05);
    assertThat(errors.smallShare()).as(errors.misses()).isEqualTo(1);
  }

  /** Whether the list grows in place or leaves a hole depends on what the mark stack takes. */
  @Test
  void promotedObjectsAreListedAsTheMarkStackGrows() throws IOException {
    Errors errors = new Errors("cruby, marking: ", rows("marking-3.1.csv", 1));

    assertThat(errors.rows).as("cases").hasSize(20);
    assertThat(errors.quantile(0.95)).as(errors.misses()).isLessThan(0.02);
    assertThat(errors.smallShare()).as(errors.misses()).isEqualTo(1);
  }

  @Test
  void partsThatAnArraySharesWithItsCopiesAreRefused() {
    assertThatThrownBy(() -> RUBY.expand("widearrays.dup", VERSION, 10))
        .hasMessageContaining("more than three parts is not modelled");
  }

  @Test
  void unknownWordsAreRefusedWithTheNearestKnownOne() {
    assertThatThrownBy(() -> RUBY.expand("strs.lenght", VERSION, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("did you mean 'length'");
    assertThatThrownBy(() -> RUBY.expand("strs.length", "2.7", 10))
        .hasMessageContaining("3.1, not 2.7");
    assertThatThrownBy(() -> RUBY.expand("ints.attr", VERSION, 10))
        .hasMessageContaining("not defined");
    assertThatThrownBy(
            () -> RubyVocabulary.check(scenario(strings(10, -1, 1), "process-warmup", "each")))
        .hasMessageContaining("3.3");
  }

  /** A second pass finds every code range known: 0 pages of strings, where the first wrote all. */
  @Test
  void codeRangesAreWrittenOnlyOnce() {
    assertThat(predicted("strs.length", 50_000)).isGreaterThan(500);
    assertThat(predicted("strs.length.prerun", 50_000)).isLessThan(30);
  }

  /**
   * 3,000 draws from 50,000 strings hit most of their pages, 30 draws no more than 30; a first
   * sample takes some 30 pages for its call caches and generator. Measured: 774, 63 and 33 pages.
   */
  @Test
  void sampleWritesThePagesOfTheElementsItDraws() {
    Population strings = strings(50_000, 5, 1);

    assertThat(pages(scenario(strings, "gc", sample(3000, "length")))).isBetween(735L, 813L);
    assertThat(pages(scenario(strings, "gc", sample(30, "length")))).isBetween(48L, 78L);
    assertThat(pages(scenario(strings, "gc", sample(3000, "read")))).isBetween(18L, 48L);
  }

  /** {@code Random.new(11)} of CRuby 3.1.2: rand(1000) thrice, and [0..7].shuffle!. */
  @Test
  void randomDrawsEqualTheRealGenerators() {
    RubyRandom random = new RubyRandom(11);

    assertThat(List.of(random.below(1000), random.below(1000), random.below(1000)))
        .containsExactly(921L, 703L, 80L);
    assertThat(new RubyRandom(5).shuffled(8)).containsExactly(7, 2, 4, 1, 0, 5, 6, 3);
    assertThat(new RubyRandom(5).real()).isEqualTo(0.22199317108973948);
  }

  private static Step sample(int count, String take) {
    return new Step(
        "sample", Map.of("on", "d", "count", Integer.toString(count), "take", take, "seed", "3"));
  }

  private static Population strings(long count, long shuffle, int every) {
    return new Population(
        "d",
        "array",
        new Value("str", Map.of("format", "k-%08d"), List.of()),
        count,
        shuffle,
        every);
  }

  private static Scenario scenario(Population on, String before, String action) {
    return scenario(on, before, new Step(action, Map.of("on", "d")));
  }

  private static Scenario scenario(Population on, String before, Step action) {
    return new Scenario(
        "test",
        RubyProvider.ID,
        VERSION,
        Map.of(),
        List.of(on),
        List.of(new Step(before, Map.of())),
        new ForkPlan(1, ForkPlan.Acting.CHILDREN),
        List.of(action),
        Requests.ONCE,
        1);
  }

  private static long predicted(String caseName, long count) {
    return pages(RUBY.expand(caseName, VERSION, count));
  }

  private static long pages(Scenario scenario) {
    return TruthTable.predict(RUBY, scenario, VERSION)[1];
  }

  private static List<TruthTable.Row> rows(String resource, int share) throws IOException {
    List<TruthTable.Row> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(RubyTruthTest.class.getResourceAsStream(resource)),
                StandardCharsets.US_ASCII))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#") && number++ % share == 0) {
          String[] cells = line.split(",", -1);
          long count = Long.parseLong(cells[1]);
          long[] pages = TruthTable.predict(RUBY, RUBY.expand(cells[0], VERSION, count), VERSION);
          rows.add(
              new TruthTable.Row(
                  cells[0],
                  count,
                  Long.parseLong(cells[2]),
                  Long.parseLong(cells[3]),
                  pages[0],
                  pages[1]));
        }
      }
    }
    return rows;
  }

  /** The errors of a table: relative from 200 pages on, by 25 pages below. */
  private static final class Errors {
    final List<TruthTable.Row> rows;
    final double[] sorted;

    Errors(String label, List<TruthTable.Row> rows) {
      this.rows = rows;
      this.sorted =
          rows.stream()
              .filter(row -> row.measured() >= 200)
              .mapToDouble(row -> Math.abs(row.error()))
              .sorted()
              .toArray();
      System.out.printf(
          Locale.ROOT,
          "%s%d cases of 200 pages or more: median %.2f %%, 90th %.2f %%, 95th percentile %.2f %%,"
              + " worst %.1f %%; %.1f %% of %d smaller ones within 25 pages%n",
          label,
          sorted.length,
          100 * quantile(0.5),
          100 * quantile(0.9),
          100 * quantile(0.95),
          100 * quantile(1),
          100 * smallShare(),
          rows.size() - sorted.length);
    }

    double quantile(double share) {
      return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    double smallShare() {
      long small = (long) rows.size() - sorted.length;
      long held = rows.stream().filter(row -> row.measured() < 200 && row.holds()).count();
      return small == 0 ? 1 : (double) held / small;
    }

    String misses() {
      return String.join(
          "\n",
          rows.stream()
              .filter(row -> !row.holds())
              .map(
                  row ->
                      row.name()
                          + " "
                          + row.count()
                          + " predicted "
                          + row.predicted()
                          + " measured "
                          + row.measured())
              .toList());
    }
  }
}
