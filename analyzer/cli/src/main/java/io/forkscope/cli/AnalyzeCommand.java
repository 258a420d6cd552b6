package io.forkscope.cli;

import io.forkscope.core.model.ActivityModel;
import io.forkscope.core.placement.ForkChoice;
import io.forkscope.core.placement.ForkMoment;
import io.forkscope.core.placement.PlacedActivity;
import io.forkscope.core.placement.Placements;
import io.forkscope.core.recording.ReadOptions;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import io.forkscope.core.recording.TraceFormats;
import io.forkscope.core.simulation.RecordedSimulation;
import io.forkscope.core.simulation.Trajectory;
import io.forkscope.core.verdict.RecordedVerdict;
import io.forkscope.core.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forkscope analyze}: what clones of a recorded JVM would have stopped sharing. */
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    description =
        "Says what clones of a recorded JVM would have lost after its fork point, per region and"
            + " cause. Takes recordings of Forkscope's agent, and plain JFR recordings.",
    footer = {
      "",
      "Examples:",
      "  forkscope analyze app.jfr                             fork where the agent marked it",
      "  forkscope analyze app.jfr --clones 8 -o report.html",
      "  forkscope analyze plain.jfr --fork-at 90s             90 s after the recording's start",
      "  forkscope analyze plain.jfr --fork-at first-gc",
      "",
      "A plain recording needs the events of -XX:StartFlightRecording=settings=default."
    })
final class AnalyzeCommand implements Callable<Integer> {

  @Parameters(paramLabel = "RECORDING", description = "A .jfr file.")
  private Path file = Path.of("");

  @Option(
      names = "--fork-at",
      paramLabel = "MOMENT",
      description =
          "Where the process is taken to be forked: the name of a fork point, 'start', 'first-gc',"
              + " a time after the start such as 90s or 1500ms, or a time such as"
              + " 2026-11-24T20:15:00Z. Default: the first fork point; the end of the first"
              + " collection where there is none.")
  private @Nullable String forkAt;

  @Option(
      names = "--clones",
      paramLabel = "N",
      defaultValue = "1",
      description = "Clones that do the recorded work, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int clones;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Places what is known in number only. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--finished-part",
      description = "Use a recording whose end is missing, up to its last whole chunk.")
  private boolean finishedPart;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "Give up on a file that is not read by then. Default: ${DEFAULT-VALUE}.")
  private long limitSeconds;

  @Mixin private OutputOptions output = new OutputOptions();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  AnalyzeCommand() {}

  @Override
  public Integer call() throws IOException {
    if (clones < 1 || clones > RecordedSimulation.MOST_CLONES) {
      throw usage("--clones must be 1 to " + RecordedSimulation.MOST_CLONES + ", not " + clones);
    }
    if (limitSeconds < 1) {
      throw usage("--time-limit must be at least 1, not " + limitSeconds);
    }
    ForkChoice choice = choice();
    output.check();
    Verdict verdict;
    try {
      verdict = verdict(read(), choice, clones, seed);
    } catch (RecordingException e) {
      throw CommandFailure.badInput(String.valueOf(e.getMessage()), e);
    }
    output.write(verdict, spec.commandLine().getOut(), spec.commandLine().getErr());
    return ExitCode.FINE;
  }

  /** The verdict on a recording. */
  static Verdict verdict(Recording recording, ForkChoice choice, int clones, long seed)
      throws RecordingException {
    ForkMoment fork = choice.in(recording);
    PlacedActivity activity = Placements.place(recording, fork);
    ActivityModel model = model("hotspot");
    Trajectory trajectory = RecordedSimulation.run(activity, model, clones, seed);
    return RecordedVerdict.of(
        recording, activity, model, trajectory, seed, Map.of("forkscope", Main.version()));
  }

  private Recording read() throws IOException, RecordingException {
    long bytes = Files.isRegularFile(file) ? Files.size(file) : -1;
    try (Progress progress = Progress.of("read", bytes)) {
      return TraceFormats.read(
          file,
          ReadOptions.defaults()
              .withThreads(Math.min(8, Runtime.getRuntime().availableProcessors()))
              .withLimit(Duration.ofSeconds(limitSeconds))
              .withFinishedPartOnly(finishedPart)
              .withProgress(progress::at));
    }
  }

  private static ActivityModel model(String id) {
    return ServiceLoader.load(ActivityModel.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(m -> m.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no model of " + id + " in this jar"));
  }

  private ForkChoice choice() {
    try {
      return forkAt == null ? new ForkChoice.Automatic() : ForkChoice.parse(forkAt);
    } catch (IllegalArgumentException e) {
      throw usage("--fork-at: " + e.getMessage());
    }
  }

  private CommandLine.ParameterException usage(String text) {
    return new CommandLine.ParameterException(spec.commandLine(), text);
  }
}
