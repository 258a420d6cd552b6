package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the machine lacks is said in one line, with exit code 4, and nothing is left running. */
@Tag("linux-fork")
@Timeout(300)
final class EnvironmentIT {

  @TempDir static Path folder = Path.of("set by JUnit");

  @BeforeAll
  static void onLinux() {
    Needs.linux();
    Needs.root();
  }

  private static ForkscopeProcess validate(Path interpreter, String... more) throws Exception {
    Path cases =
        Files.writeString(
            folder.resolve("cases.yaml"),
            "{runtime: cruby, version: '3.1', case: strs.noop, count: 1000}");
    List<String> arguments =
        new ArrayList<>(
            List.of("validate", "--cases", cases.toString(), "--interpreter", interpreter + ""));
    arguments.addAll(List.of(more));
    return ForkscopeProcess.run(folder, ForkscopeProcess.command(arguments.toArray(String[]::new)));
  }

  private static void assertOneLine(ForkscopeProcess outcome, String pattern) {
    assertThat(outcome.err().strip()).matches("forkscope: " + pattern);
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
  }

  /** A script that answers for Ruby 3.1, and then does something else than running programs. */
  private static Path pretender(String name, String does) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve(name),
            "#!/bin/sh\nif [ \"$1\" = -e ]; then echo 3.1.2; exit; fi\n" + does + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void missingInterpreter() throws Exception {
    assertOneLine(validate(folder.resolve("gone")), "interpreter .*/gone does not exist");
  }

  @Test
  void missingInterpreterIsSaidOnceForAllRuntimes() throws Exception {
    Path gone = folder.resolve("gone");

    ForkscopeProcess outcome =
        ForkscopeProcess.run(
            folder, ForkscopeProcess.command("validate", "--interpreter", gone.toString()));

    assertOneLine(outcome, "interpreter " + gone + " does not exist");
  }

  @Test
  void interpreterThatMayNotBeExecuted() throws Exception {
    assertOneLine(
        validate(Files.writeString(folder.resolve("data"), "x")),
        "interpreter .*/data is not an executable file");
  }

  @Test
  void interpreterOfAnotherVersion() throws Exception {
    Path old = Files.writeString(folder.resolve("old"), "#!/bin/sh\necho 2.7.8\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertOneLine(validate(old), ".*/old is version 2.7.8, the case needs cruby 3.1");
  }

  @Test
  void interpreterThatIsKilledInTheMiddle() throws Exception {
    assertOneLine(
        validate(pretender("killed", "kill -9 $$")),
        "strs.noop: the program was killed by signal 9 before its mark before the fork");
  }

  @Test
  void programThatNeverReachesItsMarkIsKilledInTime() throws Exception {
    long before = sleepers();

    assertOneLine(
        validate(pretender("sleeper", "sleep 98765 & sleep 98765"), "--timeout", "2"),
        "the program did not reach strs.noop: its mark before the fork within 2 s; it was killed");
    for (int i = 0; i < 500 && sleepers() > before; i++) {
      Thread.sleep(10); // until the killed are reaped
    }
    assertThat(sleepers()).isEqualTo(before);
  }

  private static long sleepers() {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains("sleep 98765"))
        .count();
  }

  @Test
  void withoutRootItSaysWhatCanStillBeDone() throws Exception {
    Needs.executable("/usr/bin/setpriv");
    // a place that everyone may read
    Path open = Files.createTempDirectory("forkscope-open");
    Path jar = open.resolve("forkscope.jar");
    try {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.copy(ForkscopeProcess.JAR, jar);
      List<String> words =
          new ArrayList<>(
              List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
      words.addAll(ForkscopeProcess.command(jar, "validate", "--runtime", "cruby"));

      ForkscopeProcess outcome = ForkscopeProcess.run(folder, words);

      assertOneLine(
          outcome,
          "frame numbers are hidden: measuring needs root .*--count exclusive.*simulate.*");
    } finally {
      Files.deleteIfExists(jar);
      Files.delete(open);
    }
  }

  @Test
  void progressAndColoursAreForTerminalsOnly() throws Exception {
    Needs.executable("/usr/bin/script");
    List<String> plain =
        ForkscopeProcess.command(
            "simulate", "--runtime", "cruby", "--runtime-version", "3.1", "strs.length");
    String inTerminal = String.join(" ", plain);

    ForkscopeProcess piped = ForkscopeProcess.run(folder, plain);
    ForkscopeProcess watched =
        ForkscopeProcess.run(folder, List.of("script", "-qec", inTerminal, "/dev/null"));
    ForkscopeProcess colourless =
        ForkscopeProcess.run(
            folder, List.of("env", "NO_COLOR=1", "script", "-qec", inTerminal, "/dev/null"));

    assertThat(piped.err()).isEmpty();
    assertThat(piped.out()).contains("strs.length").doesNotContain("\u001b[");
    assertThat(watched.out()).contains("simulate", "100%", "\u001b[1m");
    assertThat(colourless.out()).contains("strs.length").doesNotContain("\u001b[1m");
  }
}
