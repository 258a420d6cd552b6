package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class AnalyzeCommandTest {

  private static final Path SERIAL =
      Path.of("../core/src/test/resources/recordings/small-serial.jfr");

  @TempDir Path folder = Path.of("set by JUnit");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void plainRecordingGivesAVerdictThatSaysWhatItDoesNotKnow() {
    int code = run("analyze", SERIAL.toString(), "--clones", "3");

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("hotspot.new-objects", "reconstructed", "not modelled yet")
        .contains("the end of the first collection");
  }

  @Test
  void twoRunsAreEqualByteForByte() throws Exception {
    Path first = folder.resolve("1.json");
    Path second = folder.resolve("2.json");

    assertThat(run("analyze", SERIAL.toString(), "-o", first.toString())).isZero();
    assertThat(run("analyze", SERIAL.toString(), "-o", second.toString())).isZero();

    assertThat(Files.readAllBytes(second)).isEqualTo(Files.readAllBytes(first)).isNotEmpty();
  }

  @Test
  void damagedRecordingIsOneLineAndExitCodeThree() throws Exception {
    byte[] whole = Files.readAllBytes(SERIAL);
    Path cut = folder.resolve("cut.jfr");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

    int code = run("analyze", cut.toString());

    assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip().lines())
        .singleElement()
        .asString()
        .contains("cut.jfr at byte 0");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void missingFileAndUnknownForkPointAreBadInput() {
    assertThat(run("analyze", folder.resolve("gone.jfr").toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("analyze", SERIAL.toString(), "--fork-at", "warm"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("no such file", "no fork point \"warm\"");
  }

  @Test
  void impossibleNumbersAreUsageErrors() {
    assertThat(run("analyze", SERIAL.toString(), "--clones", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("analyze", SERIAL.toString(), "--time-limit", "0")).isEqualTo(ExitCode.USAGE);
  }
}
