package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Attaches to real JVMs, and to processes that cannot be attached to. */
@Timeout(1200)
final class AttachIT {

  private static final Path AGENT = Path.of("../../agent/javaagent/target/forkscope-agent.jar");

  @TempDir Path folder = Path.of("set by JUnit");

  private final List<Process> started = new ArrayList<>();

  /** What a command line printed and how it ended. */
  private record Outcome(int exitCode, String out, String err) {
    void isOneLine(int code, String... words) {
      assertThat(err.strip().lines()).as(err + out).singleElement().asString().contains(words);
      assertThat(exitCode).isEqualTo(code);
      assertThat(out).isEmpty();
    }
  }

  @AfterEach
  void endWhatWasStarted() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private static Outcome attach(String... arguments) {
    List<String> words = new ArrayList<>(List.of("attach", "--agent", AGENT.toString()));
    if (!List.of(arguments).contains("--time-limit")) {
      words.addAll(List.of("--time-limit", "600")); // on a machine that has other work
    }
    words.addAll(List.of(arguments));
    return run(words.toArray(new String[0]));
  }

  private static Outcome run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = line.execute(arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private static String pid(Process process) {
    return Long.toString(process.pid());
  }

  /** Starts a program of the test classes and waits for its first line. */
  private Process jvm(Path home, Class<?> program, String... flags) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString(), "-Xmx64m"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", "target/test-classes", program.getName()));
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("").toAbsolutePath().toFile())
            .redirectError(folder.resolve("stderr").toFile())
            .start();
    started.add(process);
    assertThat(process.inputReader().readLine()).isEqualTo("running");
    return process;
  }

  private Process jvm(String... flags) throws IOException {
    return jvm(Path.of(System.getProperty("java.home")), AttachTarget.class, flags);
  }

  /** Ends the program the way it ends by itself, and returns the rest of what it printed. */
  private static String end(Process process) throws IOException, InterruptedException {
    process.outputWriter().append('\n').close();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    StringBuilder rest = new StringBuilder();
    try (BufferedReader out = process.inputReader()) {
      out.lines().forEach(line -> rest.append(line).append('\n'));
    }
    return rest.toString();
  }

  private static Path jdk(int version) throws IOException {
    if (Runtime.version().feature() == version) {
      return Path.of(System.getProperty("java.home"));
    }
    Optional<Path> found;
    try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
      found = homes.filter(home -> isVersion(home, version)).sorted().findFirst();
    }
    needs(found.isPresent(), "a JDK " + version + " under /usr/lib/jvm");
    return found.orElseThrow();
  }

  private static boolean isVersion(Path home, int version) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + version + ".");
    } catch (IOException none) {
      return false;
    }
  }

  private static void needs(boolean there, String what) {
    if ("true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      assertThat(there).as("required: " + what).isTrue();
    }
    Assumptions.assumeTrue(there, "skipped: this needs " + what);
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 25})
  void aRunningJvmIsRecordedMarkedDumpedAndLeft(int version) throws Exception {
    Process jvm = jvm(jdk(version), AttachTarget.class);
    Path whole = folder.resolve("whole.jfr");
    Path soFar = folder.resolve("so-far.jfr");

    Outcome start = attach(pid(jvm), "start", "file=" + whole);
    Outcome mark = attach(pid(jvm), "forkpoint=ready");
    Outcome dump = attach(pid(jvm), "dump,file=" + soFar);
    Outcome stop = attach(pid(jvm), "stop");

    assertThat(start.out()).as(start.err()).contains("recording to " + whole);
    assertThat(mark.out()).as(mark.err()).contains("fork point ready");
    assertThat(dump.out()).as(dump.err()).contains("dumped to " + soFar);
    assertThat(stop.out()).as(stop.err()).contains("recorded to " + whole);
    assertThat(end(jvm)).startsWith("ended with 2000");
    for (Path recording : List.of(whole, soFar)) {
      Outcome verdict = run("analyze", recording.toString());
      assertThat(verdict.exitCode()).as(verdict.err()).isEqualTo(ExitCode.FINE);
      assertThat(verdict.out()).contains("fork point \"ready\"");
    }
  }

  @Test
  void whatTheAgentRefusesIsOneLineAndTheApplicationRunsOn() throws Exception {
    Process jvm = jvm();

    attach(pid(jvm), "strat").isOneLine(ExitCode.USAGE, "unknown option", "did you mean \"start\"");
    attach(pid(jvm), "stop").isOneLine(ExitCode.BAD_INPUT, "nothing is being recorded");
    attach(pid(jvm), "file=/no/such/folder/x.jfr")
        .isOneLine(ExitCode.ENVIRONMENT, "NoSuchFileException", "/no/such/folder/x.jfr");

    assertThat(end(jvm)).startsWith("ended with 2000");
  }

  @Test
  void aPidThatIsGoneIsBadInput() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();

    attach(pid(ended)).isOneLine(ExitCode.BAD_INPUT, "no process " + ended.pid());
  }

  @Test
  void aProcessThatIsNoJvmIsBadInputAndSurvives() throws Exception {
    Process sleeping = new ProcessBuilder("sleep", "600").start();
    started.add(sleeping);

    attach(pid(sleeping)).isOneLine(ExitCode.BAD_INPUT, "is no JVM");

    assertThat(sleeping.isAlive()).isTrue();
  }

  @Test
  void aJvmTooOldIsBadInput() throws Exception {
    Process old = jvm(Path.of(System.getProperty("java.home")), OldJvm.class);

    attach(pid(old)).isOneLine(ExitCode.BAD_INPUT, "is Java 1.8", "Java 17 or later");
  }

  @Test
  void aJvmThatForbidsAttachingIsNotEvenSignalled() throws Exception {
    Process jvm = jvm("-XX:+DisableAttachMechanism");

    attach(pid(jvm)).isOneLine(ExitCode.ENVIRONMENT, "-XX:+DisableAttachMechanism");

    assertThat(end(jvm)).doesNotContain("Full thread dump").startsWith("ended with");
  }

  @Test
  void aJvmThatLoadsNoAgentsSaysHowToAllowIt() throws Exception {
    Process jvm = jvm("-XX:-EnableDynamicAgentLoading");

    attach(pid(jvm)).isOneLine(ExitCode.ENVIRONMENT, "-XX:+EnableDynamicAgentLoading");
  }

  @Test
  void theWarningOfNewerJvmsIsSilencedAsTheManualSays() throws Exception {
    Process warns = jvm(jdk(25), AttachTarget.class);
    assertThat(attach(pid(warns)).exitCode()).isZero();
    assertThat(attach(pid(warns), "stop").exitCode()).isZero();
    end(warns);
    assertThat(folder.resolve("stderr")).content().contains("has been loaded dynamically");

    Process quiet = jvm(jdk(25), AttachTarget.class, "-XX:+EnableDynamicAgentLoading");
    assertThat(attach(pid(quiet)).exitCode()).isZero();
    assertThat(attach(pid(quiet), "stop").exitCode()).isZero();
    end(quiet);
    assertThat(folder.resolve("stderr")).content().isEmpty();
  }

  @Test
  void aStoppedJvmDoesNotMakeUsWait() throws Exception {
    Process jvm = jvm();
    assertThat(new ProcessBuilder("kill", "-STOP", pid(jvm)).start().waitFor()).isZero();

    attach(pid(jvm), "--time-limit", "3").isOneLine(ExitCode.ENVIRONMENT, "did not answer", "3 s");
  }

  @Test
  void anotherUsersJvmIsRefusedByName() throws Exception {
    needs("root".equals(System.getProperty("user.name")), "root, to become another user");
    needs(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv of util-linux");
    Process jvm = jvm();
    Path shared = Files.createTempDirectory("forkscope-attach");
    try {
      Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path jar = shared.resolve("forkscope.jar");
      Files.copy(Path.of("target/forkscope.jar"), jar, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("r--r--r--"));
      Process other =
          new ProcessBuilder(
                  "/usr/bin/setpriv",
                  "--reuid=65534",
                  "--regid=65534",
                  "--clear-groups",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-jar",
                  jar.toString(),
                  "attach",
                  pid(jvm))
              .directory(shared.toFile())
              .redirectErrorStream(true)
              .start();
      String said =
          new String(
              other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

      new Outcome(other.waitFor(), "", said)
          .isOneLine(ExitCode.ENVIRONMENT, "belongs to root", "attach as that user");
    } finally {
      Files.deleteIfExists(shared.resolve("forkscope.jar"));
      Files.delete(shared);
    }
  }

  @Test
  void aMissingAgentAndAPidThatIsNoNumberAreToldApart() throws Exception {
    Process jvm = jvm();

    run("attach", pid(jvm), "--agent", "no/such.jar")
        .isOneLine(ExitCode.ENVIRONMENT, "no/such.jar: no agent can be read there");
    Outcome noNumber = attach("app");

    assertThat(noNumber.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(noNumber.err()).contains("PID").doesNotContain("\tat ");
  }
}
