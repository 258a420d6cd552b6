package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code validate} does without root and without an interpreter. */
final class ValidateCommandTest {
  private static final String HEADER = "case,n,reps,base_pages,action_cow\n";

  @TempDir Path folder = Path.of("set by JUnit");

  /** What a command line printed and how it ended. */
  private record Outcome(int exitCode, String out, String err) {}

  @Test
  void recordedCountsAreComparedWithNoInterpreter() throws Exception {
    Outcome outcome = truth(HEADER + "strs.length,200000,3,6479,2727\n", "--format", "json");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .containsPattern("\"measured\"\\s*:\\s*2727")
        .containsPattern("\"resident\"\\s*:\\s*6479");
  }

  @Test
  void gateFailsOnALargeCaseThatIsOff() throws Exception {
    // The kernel's count is 2,727; a truth of twice that is an error of a half.
    String csv = HEADER + "strs.length,200000,3,6479,5454\n";

    assertThat(truth(csv, "--max-error", "0.05").exitCode()).isEqualTo(ExitCode.GATE_FAILED);
    assertThat(truth(csv, "--max-error", "0.6").exitCode()).isZero();
    assertThat(truth(csv).exitCode()).isZero();
  }

  @Test
  void gateJudgesSmallCasesByPages() throws Exception {
    // 3 predicted against 8 is an error of 60 %, but only 5 pages.
    String csv = HEADER + "strs.noop,100000,3,5000,8\n";

    assertThat(truth(csv, "--max-error", "0.05").exitCode()).isZero();
  }

  @Test
  void damagedTruthIsRefusedWithItsLine() throws Exception {
    assertRefused("", ":1: the header lacks the column case");
    assertRefused("case,n\n", ":1: the header lacks the column base_pages");
    assertRefused(HEADER + "strs.noop,1,3,5000\n", ":2: 4 cells, the header has 5");
    assertRefused(HEADER + "strs.noop,-1,3,5000,6\n", ":2: n is not a whole number: \"-1\"");
    assertRefused(HEADER + "strs.noop,1,3,5000,many\n", ":2: action_cow is not a whole number");
    assertRefused(HEADER + "strz.noop,1,3,5000,6\n", ":2: ");
    assertRefused(HEADER, "has no row to compare");
  }

  @Test
  void impossibleOptionsAreUsageErrors() {
    assertThat(run("validate", "--repetitions", "0").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("validate", "--timeout", "0").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("validate", "--max-error", "NaN").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("validate", "--truth", "x.csv").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  private void assertRefused(String csv, String reason) throws IOException {
    Outcome outcome = truth(csv);

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(outcome.err()).contains(reason).hasLineCount(1);
  }

  private Outcome truth(String csv, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("truth.csv"), csv);
    List<String> arguments =
        new ArrayList<>(List.of("validate", "--runtime", "cruby", "--truth", file.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  /** gc.freeze came with 3.7; cases of a file are refused, built-in ones left out. */
  @Test
  void builtInCasesThatAVersionCannotTakeAreLeftOut() {
    List<Scenario> scenarios =
        new CaseFile(Models::byId)
            .parse(
                "cases",
                "cases:\n  - {case: dicts.gc.freeze, count: 5000}\n  - {case: ints.iter, count: 5000}\n",
                Map.of("runtime", "cpython", "version", "2.7"));
    Map<String, List<String>> refused = new TreeMap<>();

    assertThat(ValidateCommand.predict(scenarios, true, refused)).hasSize(1);
    assertThat(refused).containsValue(List.of("dicts.gc.freeze"));
    assertThatThrownBy(() -> ValidateCommand.predict(scenarios, false, refused))
        .hasMessageContaining("gc.freeze");
  }
}
