package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.TruthTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Holds first requires of libraries against real ones; the resources say how they were measured.
 */
class RubyLibraryTest {

  private static final RubyProvider RUBY = new RubyProvider();
  private static final String VERSION = "3.1";

  @Test
  void firstRequiresCostWhatTheyDidWhileTheirRulesWereWritten() throws IOException {
    double[] errors = errors("libraries-3.1.csv");

    assertThat(errors).hasSizeGreaterThan(85);
    assertThat(errors[errors.length / 2]).isLessThan(0.03);
    assertThat(errors[errors.length * 19 / 20]).isLessThan(0.06);
  }

  @Test
  void firstRequiresDrawnAtRandomCostWhatWasPredicted() throws IOException {
    double[] errors = errors("blind-libraries-3.1.csv");

    assertThat(errors).hasSizeGreaterThan(55);
    assertThat(errors[errors.length / 2]).isLessThan(0.03);
    assertThat(errors[errors.length * 19 / 20]).isLessThan(0.08); // first: 5.3 %
  }

  /** 700 pages in the child, where a library that the parent loaded costs it next to nothing. */
  @Test
  void libraryLoadedBeforeTheForkIsNotLoadedAgain() {
    assertThat(pages("nothing", 1, "", "require:set")).isBetween(600L, 800L);
    assertThat(pages("nothing", 1, "require:set", "require:set")).isLessThan(30);
    assertThat(pages("nothing", 1, "require:time", "require:date")).isLessThan(30);
    assertThat(pages("nothing", 1, "require:date", "require:time"))
        .isLessThan(pages("nothing", 1, "", "require:time"));
  }

  @Test
  void unknownLibrariesAreRefusedWithTheNearestKnownOne() {
    assertThatThrownBy(() -> RubyVocabulary.check(scenario("nothing", 1, "", "require:jsno")))
        .hasMessageContaining("did you mean 'json'");
    assertThatThrownBy(() -> RubyVocabulary.check(scenario("nothing", 1, "require:sett", "noop")))
        .hasMessageContaining("did you mean 'set'");
  }

  /** Errors of the cases of 200 pages or more, in order of their size. */
  private static double[] errors(String resource) throws IOException {
    List<Double> errors = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(RubyLibraryTest.class.getResourceAsStream(resource)),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",", -1);
        if (!line.startsWith("#") && Long.parseLong(cells[4]) >= 200) {
          long measured = Long.parseLong(cells[4]);
          long predicted = pages(cells[0], Long.parseLong(cells[1]), cells[2], cells[3]);
          errors.add(Math.abs(predicted - measured) / (double) measured);
        }
      }
    }
    double[] sorted = errors.stream().mapToDouble(e -> e).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "cruby, %s: %d cases of 200 pages or more: median %.2f %%, 95th percentile %.2f %%, worst"
            + " %.1f %%%n",
        resource,
        sorted.length,
        100 * sorted[sorted.length / 2],
        100 * sorted[sorted.length * 19 / 20],
        100 * sorted[sorted.length - 1]);
    return sorted;
  }

  private static long pages(String builder, long count, String before, String actions) {
    return TruthTable.predict(RUBY, scenario(builder, count, before, actions), VERSION)[1];
  }

  private static Scenario scenario(String builder, long count, String before, String actions) {
    Scenario plain = RUBY.expand(builder + ".noop", VERSION, count);
    Population population = plain.populations().get(0);
    return new Scenario(
        plain.name(),
        plain.runtime(),
        plain.version(),
        Map.of(),
        List.of(population),
        steps(before),
        plain.fork(),
        steps(actions),
        plain.requests(),
        plain.seed());
  }

  private static List<Step> steps(String words) {
    return Arrays.stream(words.split(" "))
        .filter(w -> !w.isEmpty())
        .map(RubyLibraryTest::step)
        .toList();
  }

  /** A step as the resources say it. */
  private static Step step(String word) {
    String[] parts = word.split(":", -1);
    return switch (parts[0]) {
      case "require" -> new Step("require", Map.of("library", parts[1]));
      case "warm" -> new Step("warm", Map.of("action", parts[1]));
      case "alloc" -> new Step("alloc", Map.of("count", parts[1]));
      case "gc4" -> new Step("gc", Map.of("times", "4"));
      default -> new Step(word, Map.of());
    };
  }
}
