package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Whatever is wrong with a file: one line that says what and where, exit code 3, and no hang. */
@Timeout(60)
final class BadInputTest {

  private static final Path SERIAL =
      Path.of("../core/src/test/resources/recordings/small-serial.jfr");

  @TempDir Path folder = Path.of("set by JUnit");

  private void assertRefused(Path file, String reason, String... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] arguments = Arrays.copyOf(command, command.length + 1);
    arguments[command.length] = file.toString();

    int exitCode = Main.run(line, arguments);

    assertThat(err.toString()).hasLineCount(1).startsWith("forkscope: ").contains(reason);
    assertThat(exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(out.toString()).isEmpty();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{runtime: cpython, version: '3.11', case: ints.iter, cuont: 5}|cases.yaml:1:54: unknown"
            + " key",
        "{runtime: cpython, version: '3.11', case: ints.iter, count: -5}|cases.yaml:1:61: count"
            + " must be",
        "{runtime: cpython, version: '3.11', case: ints.iter, count: 1000000000000000000}|count"
            + " must be",
        "{runtime: cpython, version: '3.11', case: ints.iter, count: 1e18}|whole number",
        "{runtime: cpython, version: '2.0', case: ints.iter, count: 5}|unknown version of cpython",
        "{runtime: cpython, version: '3.11', case: ints.itr, count: 5}|did you mean",
        "{runtime: cpython, version: '3.11', case: ints.iter, count: 5, options: {site: on}}|option"
            + " 'site' can only be off in 3.11",
        "{runtime: cpyhton, version: '3.11', case: ints.iter, count: 5}|did you mean 'cpython'",
        "{runtime: cpython, version: '3.11', case: ints.iter, fork: {children:"
            + " 1000000000}}|children must be",
        "{runtime: cpython, version: '3.11', case: ints.iter, requests: 99999999999}|requests must"
            + " be",
        "!!javax.script.ScriptEngineManager [x]|must be a mapping",
        "- a|must be a mapping",
        "{a: &a [*a]}|cases.yaml",
        "@|is not YAML",
      })
  void caseFileIsRefusedWithItsPlace(String text, String reason) throws Exception {
    assertRefused(write("cases.yaml", text), reason, "simulate", "--cases");
  }

  @ParameterizedTest
  @CsvSource({"simulate", "mitigate"})
  void caseThatTheModelCannotSayIsNamed(String command) throws Exception {
    assertRefused(
        write(
            "cases.yaml",
            """
            runtime: cpython
            version: "3.11"
            cases:
              - {name: fine, case: ints.iter, count: 1000}
              - name: the odd one
                populations: [{name: d, of: {kind: int}, count: 1000}]
                actions: [read-attribute: {on: d, name: a}]
            """),
        "case the odd one: step read-attribute cannot be taken",
        command,
        "--cases");
  }

  @Test
  void aliasesThatMultiplyAreRefusedBeforeTheyFillTheMemory() throws Exception {
    // ten levels of ten references: 10^10 values in half a kilobyte
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i <= 10; i++) {
      text.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(10)));
    }
    assertRefused(write("bomb.yaml", text.toString()), "bomb.yaml", "simulate", "--cases");
  }

  @Test
  void nestingWithoutEndIsRefused() throws Exception {
    assertRefused(write("deep.yaml", "[".repeat(200_000)), "deep.yaml", "simulate", "--cases");
    assertRefused(
        write("deep-values.yaml", "{a: ".repeat(50_000) + "b" + "}".repeat(50_000)),
        "deep-values.yaml",
        "simulate",
        "--cases");
    assertRefused(write("deep.json", "[".repeat(200_000)), "deep.json", "report");
  }

  @Test
  void emptyHugeBinaryAndForeignCaseFilesAreRefused() throws Exception {
    assertRefused(write("empty.yaml", ""), "is empty", "simulate", "--cases");
    Path huge = folder.resolve("huge.yaml");
    try (var channel =
        java.nio.channels.FileChannel.open(
            huge,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'#'}), 5L << 30); // sparse: 5 GiB
    }
    assertRefused(huge, "is larger than 16 MiB", "simulate", "--cases");
    assertRefused(SERIAL, "not UTF-8 text", "simulate", "--cases");
    assertRefused(folder, "is a directory", "simulate", "--cases");
  }

  @Test
  void recordingThatIsNoneIsRefused() throws Exception {
    assertRefused(write("empty.jfr", ""), "empty.jfr", "analyze");
    assertRefused(write("text.jfr", "hello, I am a text\n".repeat(10)), "text.jfr", "analyze");
    assertRefused(write("short.jfr", "FLR\0"), "short.jfr", "analyze");
    assertRefused(folder, "", "analyze");
    assertRefused(folder.resolve("gone.jfr"), "gone.jfr", "analyze");
  }

  @Test
  void recordingOfAForeignVersionIsRefusedByNumber() throws Exception {
    byte[] bytes = Files.readAllBytes(SERIAL);
    ByteBuffer.wrap(bytes).putShort(4, (short) 9); // major version, after the magic
    Path file = Files.write(folder.resolve("later.jfr"), bytes);

    assertRefused(file, "9", "analyze");
  }

  @Test
  void truncatedRecordingIsRefusedWhereverItEnds() throws Exception {
    byte[] whole = Files.readAllBytes(SERIAL);
    for (int length : List.of(1, 8, 67, 68, 69, 1000, whole.length / 2, whole.length - 1)) {
      Path file = Files.write(folder.resolve("cut.jfr"), Arrays.copyOf(whole, length));

      assertRefused(file, "cut.jfr", "analyze");
    }
  }

  @Test
  void resultThatIsNoneIsRefused() throws Exception {
    assertRefused(write("empty.json", ""), "is empty", "report");
    assertRefused(write("text.json", "hello"), "line 1", "report");
    assertRefused(write("foreign.json", "{\"a\": 1}"), "is not a verdict", "report");
    assertRefused(write("list.json", "[]"), "is not a verdict", "report");
    assertRefused(
        write("later.json", "{\"schema\": \"forkscope.verdict\", \"schemaVersion\": 99}"),
        "schemaVersion: is 99; this Forkscope reads version 1",
        "report");
    assertRefused(SERIAL, "is not JSON", "report");
    assertRefused(folder, "is a directory", "report");
    assertRefused(folder.resolve("gone.json"), "no such file", "report");
  }

  @Test
  void resultWithADamagedNumberIsRefusedWithItsKey() throws Exception {
    Path result = folder.resolve("result.json");
    assertThat(
            Main.run(
                "simulate",
                "--runtime",
                "cpython",
                "--runtime-version",
                "3.11",
                "--count",
                "1000",
                "ints.iter",
                "-o",
                result.toString()))
        .isZero();
    String text = Files.readString(result);

    assertRefused(
        write("bad.json", text.replaceFirst("\"children\" : 1", "\"children\" : -1")),
        "totals.children: is negative",
        "report");
    assertRefused(
        Files.write(
            folder.resolve("cut.json"),
            Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), text.length() / 2)),
        "truncated",
        "report");
  }
}
