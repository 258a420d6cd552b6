package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MitigateCommandTest {

  @Test
  void theBestStandsFirstAndHarmIsNamed() {
    String text =
        run("--runtime", "cruby", "--runtime-version", "3.1", "--count", "50000", "strs.length");

    assertThat(text)
        .containsPattern("warm-own-data gives back\\smost")
        .containsPattern("\\| warm-own-data +\\| +\\+[0-9]{3}")
        .containsPattern("\\| compact-in-child +\\| +-[0-9]+.*HARMS");
    assertThat(text.indexOf("| warm-own-data")).isLessThan(text.indexOf("| compact-in-child"));
  }

  @Test
  void buffersGiveBackEveryPageOfTheObjects() {
    String json =
        run(
            "--runtime",
            "cpython",
            "--runtime-version",
            "3.11",
            "--count",
            "100000",
            "ints.iter",
            "--format",
            "json");

    assertThat(json)
        .containsPattern("\"ids\" : \\[ \"buffers-instead-of-objects\" ]")
        .containsPattern("\"judgement\" : \"helps\"")
        .contains("\"whatIf\" : true");
  }

  @Test
  void nothingToMitigateIsAUsageError() {
    CommandLine line = Main.commandLine(new Main());
    line.setErr(new PrintWriter(new StringWriter()));

    assertThat(line.execute("mitigate")).isEqualTo(ExitCode.USAGE);
  }

  private static String run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 1];
    all[0] = "mitigate";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    assertThat(line.execute(all)).as(err.toString()).isZero();
    return out.toString();
  }
}
