package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model against what the kernel counted for the same cases. */
class KernelCountsTest {

  /** These, the shared one among them, ran with python -S; the others with the site module. */
  private static final Set<String> WITHOUT_SITE =
      Set.of(
          "kernel-counts-earlier.csv",
          "kernel-counts-nosite.csv",
          "kernel-counts-steps.csv",
          "kernel-counts-wide.csv",
          "kernel-counts-small.csv",
          "kernel-counts-deletions.csv",
          "kernel-counts-choice.tsv",
          "kernel-counts-pairs.tsv",
          "kernel-counts-kinds.tsv",
          "kernel-counts-several.tsv",
          "kernel-counts-odd.tsv",
          "kernel-counts-arenas.tsv");

  /** Run by a program of validate that is no more; its first uses broke what the harness's do. */
  private static final Set<String> STARTED_AS_HARNESS = Set.of("kernel-counts-pairs.tsv");

  /** One case, with the error of its prediction as a share of what was measured. */
  record Compared(String name, String version, long predicted, long measured) {
    double error() {
      return (predicted - measured) / (double) measured;
    }
  }

  /** Series, bounds of the median, the 95th percentile and the worst error, share of small ones. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "kernel-counts.csv, 0.004, 0.03, 0.40, 0.975",
    "kernel-counts-earlier.csv, 0.002, 0.02, 0.07, 0.99",
    "kernel-counts-matrix.tsv, 0.005, 0.03, 0.14, 0.99",
    "kernel-counts-holders.tsv, 0.01, 0.045, 0.12, 0.97",
    "kernel-counts-blind.tsv, 0.006, 0.04, 0.12, 0.95",
    "kernel-counts-later.tsv, 0.006, 0.045, 0.13, 0.9",
    "kernel-counts-choice.tsv, 0.006, 0.055, 0.20, 0.9",
    "kernel-counts-freed.tsv, 0.005, 0.02, 0.08, 0.99",
    "kernel-counts-drawn.csv, 0.006, 0.055, 0.17, 0.97",
    "kernel-counts-harness.csv, 0.006, 0.05, 0.09, 0.98",
    "kernel-counts-nosite.csv, 0.006, 0.035, 0.20, 0.98",
    "kernel-counts-wide.csv, 0.006, 0.04, 0.15, 0.98",
    "kernel-counts-small.csv, 0.01, 0.05, 0.12, 0.99",
    "kernel-counts-deletions.csv, 0.006, 0.06, 0.80, 0.97",
    "kernel-counts-steps.csv, 0.009, 0.05, 0.20, 0.97",
    "kernel-counts-deque.tsv, 0.006, 0.03, 0.15, 0.9",
    "kernel-counts-pairs.tsv, 0.018, 0.06, 0.12, 0.97",
    "kernel-counts-pairs-site.tsv, 0.015, 0.045, 0.08, 0.97",
    "kernel-counts-several.tsv, 0.012, 0.04, 0.06, 0.97",
    "kernel-counts-kinds.tsv, 0.015, 0.045, 0.08, 0.99",
    "kernel-counts-odd.tsv, 0.014, 0.08, 0.60, 0.96",
    "kernel-counts-odd-site.tsv, 0.014, 0.09, 0.35, 0.97",
    "kernel-counts-arenas.tsv, 0.02, 0.18, 0.75, 0.85"
  })
  void predictsWhatTheKernelCounted(
      String file, double median, double high, double most, double near) throws IOException {
    List<Compared> large = new ArrayList<>();
    List<Compared> small = new ArrayList<>();
    for (String[] row : rows(file)) {
      Compared compared = compare(row, file);
      (compared.measured() >= 200 ? large : small).add(compared);
    }
    report(large);
    List<Double> errors = large.stream().map(c -> Math.abs(c.error())).sorted().toList();
    long close = small.stream().filter(c -> Math.abs(c.predicted() - c.measured()) <= 25).count();
    double middle = errors.get(errors.size() / 2);
    double ninetyFifth = errors.get(errors.size() * 95 / 100);
    System.out.printf(
        Locale.ROOT,
        "%s: cases of 200 pages or more: %d, median %.2f %%, p95 %.2f %%, worst %.1f %%; smaller"
            + " within 25 pages: %d of %d%n",
        file,
        large.size(),
        100 * middle,
        100 * ninetyFifth,
        100 * errors.get(errors.size() - 1),
        close,
        small.size());

    assertThat(middle).as("median error").isLessThan(median);
    assertThat(ninetyFifth).as("95th percentile of the error").isLessThan(high);
    assertThat(errors.get(errors.size() - 1)).as("worst error").isLessThan(most);
    assertThat((double) close / small.size()).as("small cases within 25 pages").isGreaterThan(near);
  }

  private static Compared compare(String[] row, String file) {
    CPythonProvider provider = new CPythonProvider();
    if (row[1].startsWith("{")) {
      Scenario spelled =
          new CaseFile(id -> provider)
              .parse(
                  row[1], "cases:\n  - " + row[1], Map.of("runtime", "cpython", "version", row[0]))
              .get(0);
      return compare(withOptions(spelled, file), Long.parseLong(row[3]), Long.parseLong(row[4]));
    }
    return compare(
        withOptions(CPythonCases.expand(row[0], row[1], Long.parseLong(row[2])), file),
        Long.parseLong(row[4]),
        Long.parseLong(row[5]));
  }

  private static Scenario withOptions(Scenario plan, String file) {
    boolean site = !WITHOUT_SITE.contains(file);
    Map<String, String> options = new HashMap<>(plan.options());
    if (STARTED_AS_HARNESS.contains(file)) {
      options.put(ProgramKind.OPTION, ProgramKind.HARNESS);
    }
    options.put(StartedInterpreter.OPTION, site && !plan.version().equals("3.11") ? "on" : "off");
    return new Scenario(
        plan.name(),
        plan.runtime(),
        plan.version(),
        options,
        plan.populations(),
        plan.preparations(),
        plan.fork(),
        plan.actions(),
        plan.requests(),
        plan.seed());
  }

  private static Compared compare(Scenario scenario, long broken, long gone) {
    Trajectory trajectory = Simulation.run(scenario, new CPythonProvider());
    // Pages that were written and then unmapped cannot be told from unmapped ones by their frames,
    // so where memory goes back to the kernel both sides count broken and unmapped pages together.
    boolean releases = gone > 0;
    long predicted = trajectory.brokenByActions(trajectory.end());
    return new Compared(
        scenario.name(),
        scenario.version(),
        predicted + (releases ? trajectory.end().droppedPages() : 0),
        broken + gone);
  }

  private static void report(List<Compared> cases) {
    cases.stream()
        .sorted(Comparator.comparingDouble((Compared c) -> -Math.abs(c.error())))
        .filter(c -> Math.abs(c.error()) > 0.02)
        .forEach(
            c ->
                System.out.printf(
                    Locale.ROOT,
                    "%-26s %-5s %7d %7d %+6.1f %%%n",
                    c.name(),
                    c.version(),
                    c.predicted(),
                    c.measured(),
                    100 * c.error()));
  }

  private static List<String[]> rows(String file) throws IOException {
    try (InputStream in = KernelCountsTest.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException(file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.startsWith("case,"))
          .map(line -> line.split(file.endsWith(".tsv") ? "\t" : ",", -1))
          .toList();
    }
  }
}
