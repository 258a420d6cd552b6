package io.forkscope.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A JVM that runs a program of {@code host} with the shaded agent, or without. */
final class ChildJvm implements AutoCloseable {
  static final Path AGENT = Path.of(System.getProperty("forkscope.agent.jar", "no agent"));

  private static final String CLASS_PATH =
      String.join(
          java.io.File.pathSeparator,
          "target/test-classes",
          "../events/target/classes",
          jarOf(org.objectweb.asm.ClassReader.class).toString());

  private final Process process;
  private final Path stderr;

  private ChildJvm(Process process, Path stderr) {
    this.process = process;
    this.stderr = stderr;
  }

  /** How a JVM ended. */
  record Outcome(int exitCode, List<String> out, List<String> err) {}

  static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is before the main class: flags of the JVM. */
  static List<String> with(String agentOptions) {
    return List.of("-javaagent:" + AGENT + "=" + agentOptions);
  }

  static ChildJvm start(int jdk, List<String> flags, String program, String... arguments)
      throws IOException {
    return start(jdk, flags, Map.of(), Path.of(""), program, arguments);
  }

  static ChildJvm start(
      int jdk,
      List<String> flags,
      Map<String, String> environment,
      Path moreClasses,
      String program,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(home(jdk).resolve("bin/java").toString());
    command.add("-Xmx96m");
    command.addAll(flags);
    command.add("-cp");
    command.add(CLASS_PATH + java.io.File.pathSeparator + moreClasses);
    command.add(program);
    command.addAll(List.of(arguments));
    Path stderr = Files.createTempFile("forkscope-agent-it", ".err");
    stderr.toFile().deleteOnExit();
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(stderr.toFile());
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start(), stderr);
  }

  private static Path home(int jdk) throws IOException {
    if (Runtime.version().feature() == jdk) {
      return Path.of(System.getProperty("java.home"));
    }
    Optional<Path> found;
    try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
      found = homes.filter(home -> isVersion(home, jdk)).sorted().findFirst();
    }
    needs(found.isPresent(), "a JDK " + jdk + " under /usr/lib/jvm");
    return found.orElseThrow();
  }

  private static boolean isVersion(Path home, int jdk) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + jdk + ".");
    } catch (IOException none) {
      return false;
    }
  }

  static void needs(boolean there, String what) {
    if ("true".equals(System.getenv("FORKSCOPE_REQUIRE_ALL"))) {
      assertThat(there).as("required: " + what).isTrue();
    }
    Assumptions.assumeTrue(there, "skipped: this needs " + what);
  }

  long pid() {
    return process.pid();
  }

  /** Waits for the next line of standard output, which must be this one. */
  ChildJvm says(String line) throws IOException {
    assertThat(process.inputReader().readLine()).isEqualTo(line);
    return this;
  }

  ChildJvm tell(String line) throws IOException {
    process.outputWriter().append(line).append('\n').flush();
    return this;
  }

  /** Attaches the agent; its answer. */
  String attach(String options) throws Exception {
    VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid()));
    try {
      jvm.loadAgent(AGENT.toString(), options);
      return jvm.getSystemProperties().getProperty(ForkscopeAgent.STATUS, "");
    } finally {
      jvm.detach();
    }
  }

  /** Ends it as it ends by itself. */
  Outcome end() throws IOException, InterruptedException {
    process.outputWriter().close();
    List<String> out;
    try (BufferedReader reader = process.inputReader()) {
      out = reader.lines().collect(Collectors.toList());
    }
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
    return new Outcome(process.exitValue(), out, Files.readAllLines(stderr));
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(stderr);
  }
}
