package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.observe.HostCapabilities;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Really forks real interpreters and holds the predictions to the kernel's counts. */
@Tag("linux-fork")
final class ValidateIT {
  // Cases that a run on this kernel met within 2 %; held to 5 % of 200 pages or more, or 25 pages.
  private static final String CASES =
      """
      runtime: cruby
      version: "3.1"
      cases:
        - {case: nothing.noop, count: 0}
        - {case: strs.noop, count: 100000}
        - {case: strs.each, count: 200000}
        - {case: floats.sum, count: 500000}
        - {case: strs.length, count: 200000}
        - {case: strs.ascii, count: 200000}
        - {case: strs.match, count: 200000}
        - {case: strs.sort, count: 200000}
        - {case: strs.freeze, count: 200000}
        - {case: frozen.each, count: 200000}
        - {case: longstrs.dup, count: 50000}
        - {case: longstrs.each, count: 50000}
        - {case: hash.keys, count: 100000}
        - {case: strs.gc4, count: 200000}
      """;

  @TempDir Path folder = Path.of("set by JUnit");

  @BeforeEach
  void onAMachineThatShowsFrames() {
    needs(HostCapabilities.isLinux(), "Linux");
    needs(HostCapabilities.frameNumbersVisible(), "root, to see frame numbers");
    needs(Files.isExecutable(Path.of("/usr/bin/ruby")), "ruby3.1");
  }

  @Test
  void predictionsMadeBeforeTheForkMeetTheKernelsCounts() throws Exception {
    Path cases = Files.writeString(folder.resolve("cases.yaml"), CASES);
    Path predictions = folder.resolve("predictions.csv");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));

    int exitCode =
        line.execute(
            "validate",
            "--cases",
            cases.toString(),
            "--repetitions",
            "3",
            "--max-error",
            "0.05",
            "--predictions",
            predictions.toString());

    assertThat(exitCode).as(out + "\n" + err).isZero();
    assertThat(out.toString()).contains("14 cases measured on this kernel");
    assertThat(predictions).content().hasLineCount(15);
  }

  private static void needs(boolean there, String what) {
    if (!there && "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      throw new AssertionError("this machine lacks " + what);
    }
    Assumptions.assumeTrue(there, "skipped: this machine lacks " + what);
  }
}
