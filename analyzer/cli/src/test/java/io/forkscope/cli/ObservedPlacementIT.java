package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.verdict.Comparison;
import io.forkscope.reports.Reports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Lets a real interpreter tell where its objects lie, and predicts with that. */
@Tag("linux-fork")
final class ObservedPlacementIT {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final String CASES =
      """
      runtime: cpython
      version: "3.11"
      cases:
        - name: few of many in random order
          populations:
            - {name: data, of: {kind: int, from: 1000}, count: 200000, shuffle: 3}
          actions: [{sample: {on: data, count: 500, seed: 7}}]
        - {case: insts.attr, count: 50000}
        - {case: ints.del, count: 30000}
      """;

  @TempDir Path folder = Path.of("set by JUnit");

  @BeforeEach
  void onAMachineThatShowsFrames() {
    Needs.linux();
    Needs.root();
    Needs.executable(PYTHON.toString());
  }

  @Test
  void bothPlacementsAreReportedApartAndTheObservedOneMeetsTheKernel() throws Exception {
    Path cases = Files.writeString(folder.resolve("cases.yaml"), CASES);
    Path result = folder.resolve("result.json");
    Path predictions = folder.resolve("predictions.csv");
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setErr(new PrintWriter(err));

    int exitCode =
        line.execute(
            "validate",
            "--cases",
            cases.toString(),
            "--interpreter",
            PYTHON.toString(),
            "--placement",
            "observed",
            "--predictions",
            predictions.toString(),
            "-o",
            result.toString());

    assertThat(exitCode).as(err.toString()).isZero();
    assertThat(predictions).content().hasLineCount(4);
    List<Comparison> observed =
        Reports.read(result).comparisons().stream()
            .filter(c -> c.placement().equals(Comparison.OBSERVED))
            .toList();
    assertThat(observed)
        .extracting(Comparison::name)
        .containsExactly("few of many in random order", "insts.attr");
    assertThat(observed)
        .allSatisfy(c -> assertThat(c.errorRatio().orElseThrow()).isLessThanOrEqualTo(0.02));
    assertThat(Reports.read(result).provenance().notes())
        .anyMatch(note -> note.startsWith("ints.del: not predicted with observed placement"));
  }
}
