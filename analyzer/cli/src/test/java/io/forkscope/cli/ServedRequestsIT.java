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

/** Real workers of Debian's Python, by themselves and under gunicorn, against their predictions. */
@Tag("linux-fork")
final class ServedRequestsIT {
  private static final Path PYTHON = Path.of("/usr/bin/python3.11");

  @TempDir Path folder = Path.of("set by JUnit");

  @BeforeEach
  void onAMachineThatShowsFrames() {
    needs(HostCapabilities.isLinux(), "Linux");
    needs(HostCapabilities.frameNumbersVisible(), "root, to see frame numbers");
    needs(Files.isExecutable(PYTHON), "Debian 12's python3.11");
  }

  @Test
  void aWorkerOfGunicornErodesAsPredicted() throws Exception {
    needs(
        Files.isRegularFile(Path.of("/usr/lib/python3/dist-packages/gunicorn/__main__.py")),
        "python3-gunicorn");

    validates(
        """
        runtime: cpython
        version: "3.11"
        options: {server: gunicorn}
        cases:
          - {case: json.serve5.retain, count: 30000, requests: {marks: [100, 300, 1000]}}
          - {case: json.serve10.warm.collectfreeze, count: 20000, fork: {children: 2},
             requests: {marks: [100, 300]}}
          - {name: replaced, case: json.serve5.retain, count: 20000,
             requests: {marks: [100, 200, 300, 400], recycle-after: 200}}
        """,
        "9 cases measured on this kernel",
        "0.05");
  }

  @Test
  void recycledAndManyWorkersErodeAsPredicted() throws Exception {
    validates(
        """
        runtime: cpython
        version: "3.11"
        cases:
          - {name: recycled, case: json.serve5.retain, count: 30000,
             requests: {marks: [100, 1000, 1500, 2000], recycle-after: 1000}}
          - {name: three recycled, case: json.serve15.retain, count: 20000, fork: {children: 3},
             requests: {marks: [60, 100, 160], recycle-after: 100}}
          - {name: four, case: json.serve20.warm.collect, count: 20000, fork: {children: 4},
             requests: {marks: [100, 300]}}
          - name: hot set
            case: json.serve1
            count: 30000
            actions: [{serve: {on: data, count: 10, distribution: hot, hot-ratio: 0.05}}]
            requests: {marks: [100, 1000]}
        """,
        "11 cases measured on this kernel",
        "0.05");
  }

  private void validates(String text, String said, String maxError) throws Exception {
    Path cases = Files.writeString(folder.resolve("cases.yaml"), text);
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
            "--interpreter",
            PYTHON.toString(),
            "--max-error",
            maxError);

    assertThat(exitCode).as(out + "\n" + err).isZero();
    assertThat(out.toString()).contains(said);
  }

  private static void needs(boolean there, String what) {
    if (!there && "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      throw new AssertionError("this machine lacks " + what);
    }
    Assumptions.assumeTrue(there, "skipped: this machine lacks " + what);
  }
}
