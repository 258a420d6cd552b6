package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a result when its writing ends badly, in processes of their own. */
@Timeout(300)
final class CrashSafetyIT {

  @TempDir static Path folder = Path.of("set by JUnit");

  private static Path result = Path.of("set below");

  @BeforeAll
  static void aResultOfSomeSize() throws Exception {
    Needs.linux();
    result = folder.resolve("result.json");
    ForkscopeProcess made =
        ForkscopeProcess.run(
            folder,
            ForkscopeProcess.command(
                "simulate",
                "--runtime",
                "cpython",
                "--runtime-version",
                "3.11",
                "--count",
                "2000000",
                "shufints.sample20000",
                "-o",
                result.toString()));
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(Files.size(result)).isGreaterThan(200_000);
  }

  @Test
  void fullDiskIsOneLineAndLeavesTheOldFile() throws Exception {
    Needs.root();
    // a disk of 64 KiB that only this process and its children see
    Path disk = Files.createDirectory(folder.resolve("disk"));
    String script =
        "set -e; mount -t tmpfs -o size=64k tmpfs "
            + disk
            + "; echo old > "
            + disk
            + "/r.json; code=0; \"$@\" || code=$?; ls -A "
            + disk
            + "; cat "
            + disk
            + "/r.json; exit $code";
    List<String> words = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", script, "sh"));
    words.addAll(
        ForkscopeProcess.command(
            "report", result.toString(), "--format", "json", "-o", disk + "/r.json"));

    ForkscopeProcess full = ForkscopeProcess.run(folder, words);

    assertThat(full.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(full.err())
        .isEqualTo("forkscope: " + disk + "/r.json: not written: No space left on device\n");
    assertThat(full.out()).isEqualTo("r.json\nold\n");
  }

  @Test
  void aDeviceThatIsFullIsNamed() throws Exception {
    ForkscopeProcess full =
        ForkscopeProcess.run(
            folder, ForkscopeProcess.command("report", result.toString(), "-o", "/dev/full"));

    assertThat(full.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(full.err())
        .isEqualTo("forkscope: /dev/full: not written: No space left on device\n");
  }

  @Test
  void standardOutputThatIsFullIsAFailure() throws Exception {
    List<String> words = new ArrayList<>(List.of("sh", "-c", "\"$@\" > /dev/full", "sh"));
    words.addAll(ForkscopeProcess.command("report", result.toString()));

    ForkscopeProcess full = ForkscopeProcess.run(folder, words);

    assertThat(full.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(full.err()).isEqualTo("forkscope: standard output: not written: full or closed\n");
  }

  @Test
  void killedWhileWritingLeavesTheOldOrTheNewFile() throws Exception {
    Path place = Files.createDirectory(folder.resolve("killed"));
    Path target = place.resolve("r.json");
    List<String> words =
        ForkscopeProcess.command(
            "report", result.toString(), "--format", "json", "-o", target.toString());
    byte[] whole = Files.readAllBytes(result);
    int amidst = 0;
    for (int round = 0; round < 6; round++) {
      Files.writeString(target, "old");
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      // the moment to kill: the new copy is there beside the old file, and grows
      while (process.isAlive() && temporaries(place).isEmpty()) {
        Thread.onSpinWait();
      }
      TimeUnit.MILLISECONDS.sleep(round * 4L);
      process.destroyForcibly().waitFor();

      byte[] left = Files.readAllBytes(target);
      assertThat(
              new String(left, StandardCharsets.UTF_8).equals("old")
                  || java.util.Arrays.equals(left, whole))
          .as("old or new after round " + round)
          .isTrue();
      for (Path rest : temporaries(place)) {
        amidst++;
        Files.delete(rest);
      }
    }
    assertThat(amidst).as("kills that met the writing").isPositive();
  }

  private static List<Path> temporaries(Path parent) throws java.io.IOException {
    try (var files = Files.list(parent)) {
      return files.filter(f -> f.getFileName().toString().endsWith(".tmp")).toList();
    }
  }

  @Test
  void interruptedWhileMeasuringLeavesNoProcessAndNoFile() throws Exception {
    Needs.root();
    Needs.executable("/usr/bin/ruby");
    Path target = folder.resolve("interrupted.json");
    // a shell's background job, as a build may be, hands an ignored SIGINT on
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.addAll(
        ForkscopeProcess.command(
            "validate", "--runtime", "cruby", "--repetitions", "1000", "-o", target.toString()));
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      interrupt(process);
    } finally {
      process.destroyForcibly(); // a run that was not interrupted would go on for an hour
    }
    assertThat(target).doesNotExist();
    assertThat(temporaries(folder)).isEmpty();
  }

  private static void interrupt(Process process) throws Exception {
    List<ProcessHandle> family = List.of();
    while (process.isAlive() && family.size() < 2) { // the interpreter and the leash
      family = process.descendants().toList();
      TimeUnit.MILLISECONDS.sleep(5);
    }

    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("128 + SIGINT").isEqualTo(130);
    for (ProcessHandle one : family) {
      assertThat(one.onExit().toCompletableFuture().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
    }
  }
}
