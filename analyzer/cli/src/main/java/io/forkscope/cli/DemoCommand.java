package io.forkscope.cli;

import io.forkscope.core.placement.ForkChoice;
import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.RecordingException;
import io.forkscope.core.recording.TraceFormats;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.observe.ObserveException;
import io.forkscope.reports.ReportFormat;
import io.forkscope.reports.ReportOptions;
import io.forkscope.reports.Reports;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code forkscope demo}: records a real program under the agent, and predicts its clones. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Records javac at work under the agent in a JVM of its own, predicts what clones of it"
            + " would lose, and writes an HTML report. Where root, Linux and a modelled CPython are"
            + " there, it also predicts and really forks that. Needs a JDK; takes less than a"
            + " minute.",
    footer = {"", "Examples:", "  forkscope demo", "  forkscope demo -o /tmp/report.html"})
final class DemoCommand implements Callable<Integer> {

  private static final int WARM_ROUNDS = 2;
  private static final int ROUNDS = 2;
  private static final int MOST_SECONDS = 300;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "The report. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("report.html");

  @Mixin private AgentJar agent = new AgentJar();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  DemoCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    ResultFile.check(report);
    Path self = AgentJar.self();
    Path agentJar = agent.find();
    Verdict verdict = recorded(self, agentJar);
    PrintWriter out = spec.commandLine().getOut();
    String unmeasured = "";
    try {
      say("really forking CPython ...");
      verdict = DemoValidation.beside(verdict, DemoValidation.run());
    } catch (ObserveException e) {
      unmeasured = "- CPython was not forked for comparison: " + e.getMessage();
    }
    Verdict whole = verdict;
    ResultFile.write(
        report, o -> Reports.write(whole, ReportFormat.HTML, ReportOptions.plain(), o));
    for (Finding finding : whole.findings()) {
      if (finding.level() != Finding.Level.CAUTION) {
        out.println(
            (finding.level() == Finding.Level.HEADLINE ? "" : "- ")
                + finding.text()
                + " ("
                + finding.basis().name().toLowerCase(Locale.ROOT)
                + ")");
      }
    }
    if (!unmeasured.isEmpty()) {
      out.println(unmeasured);
    }
    out.println("Report: " + report.toAbsolutePath().normalize());
    out.flush();
    return ExitCode.FINE;
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }

  private Verdict recorded(Path self, Path agentJar) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("forkscope-demo");
    Path recording = folder.resolve("demo.jfr");
    try {
      say("recording javac under the agent ...");
      record(self, agentJar, recording, folder.resolve("log"));
      return AnalyzeCommand.verdict(
          TraceFormats.read(recording, ReadOptions.defaults()), new ForkChoice.Automatic(), 1, 1);
    } catch (RecordingException e) {
      throw CommandFailure.environment("the recording is unusable: " + e.getMessage(), e);
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
                "-Xms512m", // a heap that G1 may shrink differs much from run to run
                "-Xmx512m",
                "-javaagent:"
                    + agentJar
                    + "=start,jdk,forkpoint=method:" // javac is the JDK's own
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
    Thread atExit = new Thread(program::destroyForcibly, "forkscope-demo-end");
    Runtime.getRuntime().addShutdownHook(atExit);
    if (!program.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      program.destroyForcibly().waitFor();
      throw CommandFailure.environment(
          "the recorded program did not end within " + MOST_SECONDS + " s");
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    if (program.exitValue() != 0 || !Files.exists(recording)) {
      List<String> said = Files.readAllLines(log);
      throw CommandFailure.environment(
          "the recorded program failed" + (said.isEmpty() ? "" : ": " + said.get(said.size() - 1)));
    }
  }
}
