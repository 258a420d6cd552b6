package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.forkscope.core.verdict.AccuracySummary;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.observe.ObserveException;
import io.forkscope.reports.Reports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Really forks real interpreters, and holds each prediction to the kernel's count. */
@Tag("linux-fork")
final class ValidateIT {

  private static final Path LIST = Path.of("src/test/resources/validate/cases.txt");
  private static final int FEWEST_CASES = 40;
  private static final int MOST_SMALL_PAGES = 25;

  @TempDir Path folder = Path.of("set by JUnit");

  /** A line of the list. */
  private record Line(String runtime, String version, long count, String name, double most) {

    static Line of(String text) {
      String[] words = text.strip().split("\\s+", -1);
      assertThat(words).as(LIST + ": " + text).hasSize(5);
      return new Line(
          words[0], words[1], Long.parseLong(words[2]), words[3], Double.parseDouble(words[4]));
    }

    String id() {
      return runtime + " " + version + " " + name;
    }

    String yaml() {
      return String.format(
          Locale.ROOT,
          "  - {runtime: %s, version: \"%s\", case: %s, count: %d}%n",
          runtime,
          version,
          name,
          count);
    }
  }

  @BeforeEach
  void onAMachineThatShowsFrames() {
    Needs.linux();
    Needs.root();
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfTheListMeetsTheKernelsCount() throws Exception {
    List<Line> lines = here();
    Map<String, Comparison> measured = measure(lines);
    List<DynamicTest> tests = new ArrayList<>();
    for (Line line : lines) {
      tests.add(dynamicTest(line.id(), () -> holds(line, measured)));
    }
    if (Needs.all()) {
      tests.add(
          dynamicTest(
              "at least " + FEWEST_CASES + " cases",
              () -> assertThat(lines).hasSizeGreaterThanOrEqualTo(FEWEST_CASES)));
    }
    return tests.stream();
  }

  /** The lines whose interpreter is installed; every runtime must have one. */
  private static List<Line> here() throws Exception {
    List<Line> all =
        Files.readAllLines(LIST).stream()
            .filter(l -> !l.isBlank() && !l.startsWith("#"))
            .map(Line::of)
            .toList();
    Map<String, Boolean> installed = new TreeMap<>();
    TreeSet<String> missing = new TreeSet<>();
    TreeSet<String> runtimes = new TreeSet<>();
    for (Line line : all) {
      String key = line.runtime() + " " + line.version();
      if (installed.computeIfAbsent(key, k -> isInstalled(line))) {
        runtimes.add(line.runtime());
      } else {
        missing.add(key);
      }
    }
    if (!missing.isEmpty()) {
      System.out.println("left out, not installed: " + String.join(", ", missing));
    }
    for (Line line : all) {
      Needs.need(runtimes.contains(line.runtime()), "any modelled version of " + line.runtime());
    }
    return all.stream()
        .filter(l -> Boolean.TRUE.equals(installed.get(l.runtime() + " " + l.version())))
        .toList();
  }

  private static boolean isInstalled(Line line) {
    try {
      return new ValidationCases(null).isInstalled(Models.byId(line.runtime()), line.version());
    } catch (ObserveException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, Comparison> measure(List<Line> lines) throws Exception {
    StringBuilder yaml = new StringBuilder("cases:\n");
    lines.forEach(l -> yaml.append(l.yaml()));
    Path cases = Files.writeString(folder.resolve("cases.yaml"), yaml);
    Path predictions = folder.resolve("predictions.csv");
    Path result = folder.resolve("result.json");
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setErr(new PrintWriter(err));

    int exitCode =
        line.execute(
            "validate",
            "--cases",
            cases.toString(),
            "--predictions",
            predictions.toString(),
            "-o",
            result.toString());

    assertThat(exitCode).as(err.toString()).isZero();
    assertThat(predictions).content().hasLineCount(lines.size() + 1);
    Map<String, Comparison> measured = new TreeMap<>();
    for (Comparison one : Reports.read(result).comparisons()) {
      measured.put(one.runtime() + " " + one.version() + " " + one.name(), one);
    }
    System.out.println(AccuracySummary.of(List.copyOf(measured.values())).sentence());
    return measured;
  }

  private static void holds(Line line, Map<String, Comparison> measured) {
    Comparison one = Objects.requireNonNull(measured.get(line.id()), line.id());
    String what = one.predicted() + " predicted, " + one.measuredPages() + " measured";
    assertThat(one.measuredPages()).as(what).isNotNegative();
    if (one.measuredPages() >= AccuracySummary.LARGE_PAGES) {
      assertThat(100 * one.errorRatio().orElseThrow())
          .as(what + ", error in %")
          .isLessThanOrEqualTo(line.most());
    } else {
      assertThat(Math.abs(one.predicted() - one.measuredPages()))
          .as(what + ", pages off")
          .isLessThanOrEqualTo(MOST_SMALL_PAGES);
    }
  }
}
