package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {

  /** What a command line printed and how it ended. */
  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  @Test
  void everyCommandExplainsItselfWithAnExample() {
    for (CommandLine command : commands()) {
      String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);

      assertThat(help).as(command.getCommandName()).contains("Example").contains("forkscope ");
    }
  }

  @Test
  void everyExampleIsACommandLineThatParses() {
    int examples = 0;
    for (CommandLine command : commands()) {
      for (String line : command.getCommandSpec().usageMessage().footer()) {
        if (line.startsWith("  forkscope ")) {
          // what follows two blanks explains, what follows a bar is another program
          String words = line.strip().split(" {2,}| \\| ", -1)[0];
          String[] arguments = words.substring("forkscope ".length()).split(" ", -1);
          Main.commandLine(new Main()).parseArgs(arguments);
          examples++;
        }
      }
    }

    assertThat(examples).isGreaterThan(20);
  }

  @Test
  void completionScriptIsTakenByAShellAndKnowsEveryCommand(@TempDir Path folder) throws Exception {
    Outcome outcome = run("generate-completion");
    Path script = Files.writeString(folder.resolve("completion"), outcome.out());

    assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();
    for (CommandLine command : commands()) {
      assertThat(outcome.out()).contains(command.getCommandName());
    }
  }

  @Test
  void everyOptionSaysWhatItDoes() {
    for (CommandLine command : commands()) {
      command
          .getCommandSpec()
          .options()
          .forEach(
              option ->
                  assertThat(String.join(" ", option.description()))
                      .as(command.getCommandName() + " " + option.longestName())
                      .isNotBlank());
    }
  }

  @Test
  void anUnknownOptionIsAUsageErrorWithoutAStackTrace() {
    Outcome outcome = run("simulate", "--no-such-option");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains("--no-such-option").doesNotContain("\tat ");
  }

  @Test
  void aMissingCaseFileIsBadInputInOneLine() {
    Outcome outcome = run("simulate", "--cases", "no/such/file.yaml");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(outcome.err().lines())
        .singleElement()
        .isEqualTo("forkscope: no/such/file.yaml: no such file");
  }

  @Test
  void aMisspeltRuntimeIsAnsweredWithTheNearestOne() {
    Outcome outcome = run("models", "crubby");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(outcome.err())
        .isEqualTo("forkscope: unknown runtime 'crubby'; did you mean 'cruby'?\n");
  }

  @Test
  void debugShowsWhereAFailureComesFrom() {
    Outcome outcome = run("--debug", "models", "crubby");

    assertThat(outcome.err()).contains("\tat io.forkscope.cli");
  }

  @Test
  void errorOfForkscopeItselfIsNoGateThatFailed() {
    assertThat(ended(new IllegalStateException("a bug")))
        .isEqualTo(
            "70 forkscope: internal error, please report it with --debug: "
                + "java.lang.IllegalStateException: a bug\n");
  }

  @Test
  void memoryThatDoesNotSufficeAndNestingThatDoesNotEndAreOneLine() {
    assertThat(ended(new OutOfMemoryError("Java heap space")))
        .matches("4 forkscope: out of memory: .*; give more with java -Xmx\n");
    assertThat(ended(new StackOverflowError()))
        .isEqualTo("3 forkscope: the input is nested too deeply\n");
  }

  /** Exit code and line of a command that ends so. */
  private static String ended(Throwable failure) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.addSubcommand("fail", new Failing(failure)).setErr(new PrintWriter(err));
    return Main.run(line, "fail") + " " + err;
  }

  @CommandLine.Command(name = "fail")
  private record Failing(Throwable failure) implements java.util.concurrent.Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  @Test
  void twoRunsOfOneScenarioAreEqualByteForByte() {
    String[] arguments = {
      "simulate",
      "--runtime",
      "cruby",
      "--runtime-version",
      "3.1",
      "--count",
      "20000",
      "strs.length",
      "--format",
      "json"
    };

    Outcome first = run(arguments);

    assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.FINE);
    assertThat(run(arguments).out()).isEqualTo(first.out()).contains("\"cases\"");
  }

  @Test
  void aFullDiskLeavesTheOldResultAndNothingHalfWritten(@TempDir Path folder) throws Exception {
    Path result = folder.resolve("r.json");
    Files.writeString(result, "old");

    // the content fails after some bytes, as a full disk would make it
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () ->
                    ResultFile.write(
                        result,
                        out -> {
                          out.write(new byte[100]);
                          throw new java.io.IOException("No space left on device");
                        })))
        .hasMessageContaining("r.json: not written: No space left on device");

    assertThat(result).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files.toList()).containsExactly(result);
    }
  }

  private static List<CommandLine> commands() {
    List<CommandLine> commands = new ArrayList<>();
    CommandLine main = Main.commandLine(new Main());
    commands.add(main);
    main.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!name.equals("help") && !name.equals("generate-completion")) {
                commands.add(command);
              }
            });
    return commands;
  }

  @Test
  void publishedForkCostsSayThatTheyAreAnotherHosts() {
    Outcome outcome = run("forkcost", "--published", "--resident", "4GiB");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.FINE);
    // 22.7 ms a GiB and 0.1 ms, measured; 8.0 MiB of tables.
    assertThat(outcome.out()).contains("90.9 ms", "8.0 MiB", "another host", "forkscope calibrate");
  }

  @Test
  void bytesThatAreNoNumberAreAUsageErrorThatShowsTheForm() {
    Outcome outcome = run("forkcost", "--resident", "4 bananas");

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains("4 bananas").contains("1.5GiB");
  }
}
