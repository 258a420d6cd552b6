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

/** Lets a real redis-server save under load, and holds the predictions to it. */
@Tag("linux-fork")
final class RedisSnapshotIT {
  private static final String CASES =
      """
      runtime: redis
      version: "7.0"
      cases:
        - {case: strings.set.rate5000.seconds2, count: 60000}
        - {case: strings.set.bytes1000.writes5000.hot10, count: 20000}
        - {case: strings.del.writes20000, count: 200000}
        - {case: populated.setrange.bytes200.writes10000, count: 60000}
        - {case: integers.incr.writes20000, count: 300000}
      """;

  @TempDir Path folder = Path.of("set by JUnit");

  @BeforeEach
  void onAMachineThatShowsFrames() {
    needs(HostCapabilities.isLinux(), "Linux");
    needs(HostCapabilities.frameNumbersVisible(), "root, to see frame numbers");
    needs(Files.isExecutable(Path.of("/usr/bin/redis-server")), "redis-server 7.0");
  }

  @Test
  void predictedCowSizesMeetWhatRedisReportsAndLeaveNoServerBehind() throws Exception {
    Path cases = Files.writeString(folder.resolve("cases.yaml"), CASES);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));

    int exitCode = line.execute("validate", "--cases", cases.toString(), "--max-error", "0.05");

    assertThat(exitCode).as(out + "\n" + err).isZero();
    assertThat(out.toString())
        .contains("10 cases measured on this kernel")
        .contains("Snapshots")
        .containsPattern("10,000 in 2\\.0 s, 5,000 a second")
        .containsPattern("[0-9.]+ / [0-9.]+ +\\| +[0-9.]+ / [0-9.]+ +\\| +[0-9.]+ / [0-9.]+");
    assertThat(ProcessHandle.current().descendants().map(p -> p.info().command().orElse("")))
        .noneMatch(command -> command.contains("redis"));
  }

  private static void needs(boolean there, String what) {
    if (!there && "true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      throw new AssertionError("this machine lacks " + what);
    }
    Assumptions.assumeTrue(there, "skipped: this machine lacks " + what);
  }
}
