package io.forkscope.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forkscope demo}: records a real program under the agent, and predicts its clones. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Records javac at work under the agent in a JVM of its own, predicts what clones of it would"
            + " lose, and writes an HTML report. Needs a JDK.",
    footer = {"", "Example:", "  forkscope demo -o report.html"})
final class DemoCommand implements Callable<Integer> {

  private static final int WARM_ROUNDS = 3;
  private static final int ROUNDS = 4;
  private static final int MOST_SECONDS = 300;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "The report. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("report.html");

  @Option(
      names = "--agent",
      paramLabel = "JAR",
      description = "The agent. Default: beside forkscope.jar, or where the build leaves it.")
  private @Nullable Path agent;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  DemoCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path self = jar();
    Path agentJar = agent == null ? findAgent(self) : agent;
    Path folder = Files.createTempDirectory("forkscope-demo");
    try {
      Path recording = folder.resolve("demo.jfr");
      spec.commandLine().getErr().println("recording javac under the agent ...");
      spec.commandLine().getErr().flush();
      record(self, agentJar, recording, folder.resolve("log"));
      CommandLine root = spec.commandLine().getParent();
      int text = root.execute("analyze", recording.toString());
      return text != ExitCode.FINE
          ? text
          : root.execute("analyze", recording.toString(), "-o", report.toString());
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(folder);
    }
  }

  private static void record(Path self, Path agentJar, Path recording, Path log)
      throws IOException, InterruptedException {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-javaagent:"
                    + agentJar
                    + "=start,forkpoint=method:"
                    + DemoProgram.class.getName()
                    + ".warmUp,file="
                    + recording,
                "-cp",
                self.toString(),
                DemoProgram.class.getName(),
                Integer.toString(WARM_ROUNDS),
                Integer.toString(ROUNDS))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!program.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      program.destroyForcibly().waitFor();
      throw CommandFailure.environment(
          "the recorded program did not end within " + MOST_SECONDS + " s");
    }
    if (program.exitValue() != 0 || !Files.exists(recording)) {
      List<String> said = Files.readAllLines(log);
      throw CommandFailure.environment(
          "the recorded program failed" + (said.isEmpty() ? "" : ": " + said.get(said.size() - 1)));
    }
  }

  private static Path jar() {
    try {
      return Path.of(DemoCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException("a class file from nowhere", e);
    }
  }

  private static Path findAgent(Path self) {
    Path folder = self.toAbsolutePath().getParent();
    if (folder != null) {
      for (String place :
          List.of("forkscope-agent.jar", "../../../agent/javaagent/target/forkscope-agent.jar")) {
        Path candidate = folder.resolve(place).normalize();
        if (Files.isRegularFile(candidate)) {
          return candidate;
        }
      }
    }
    throw CommandFailure.environment(
        "forkscope-agent.jar is not beside " + self + "; name it with --agent");
  }
}
