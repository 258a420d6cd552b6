package io.forkscope.cli;

import io.forkscope.core.forkcost.Calibration;
import io.forkscope.core.forkcost.ForkCostModel;
import io.forkscope.core.forkcost.ForkWay;
import io.forkscope.core.forkcost.ForkedMemory;
import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.memory.PageSize;
import io.forkscope.observe.ForkCostProbe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forkscope calibrate}: measures what fork costs on this host. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what fork, vfork, posix_spawn, mappings, pages and write faults cost on this host,"
          + " and keeps it for 'forkscope forkcost'.",
      "A small C program does the forks, so gcc is needed; root is not. Costs of fork are processor"
          + " time, so that other programs disturb them little."
    },
    footer = {
      "",
      "Examples:",
      "  forkscope calibrate",
      "  forkscope calibrate --check --max-error 0.15   predict 0.25 to 8 GiB, then measure it",
      "  forkscope calibrate -o build-host.json"
    })
final class CalibrateCommand implements Callable<Integer> {

  private static final double[] CHECK_GIB = {0.25, 0.5, 1, 2, 4, 8};

  /** Runs of each point of a check at most: a written page costs more than a forked one. */
  private static final int CHECK_RUNS = 6;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to keep it. Default: forkscope/host-costs.json in $XDG_STATE_HOME.")
  private @Nullable Path file;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "9",
      description =
          "Runs of each point at least; their lower quartile counts. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--check",
      description =
          "Afterwards predict every way to make a child of 0.25 to 8 GiB, as far as memory is free,"
              + " then measure it.")
  private boolean check;

  @Option(
      names = "--max-error",
      paramLabel = "R",
      description =
          "With --check: fail (exit code 1) if a prediction is off by more than this ratio.")
  private @Nullable Double maxError;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  CalibrateCommand() {}

  @Override
  public Integer call() throws IOException {
    if (runs < 1 || runs > 1000) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--runs must be 1 to 1000, not " + runs);
    }
    if (maxError != null && !check) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--max-error needs --check");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (ForkCostProbe probe = ForkCostProbe.build();
        Progress progress = Progress.of("calibrate", 4)) {
      HostCosts costs = HostCalibration.measure(probe, runs, progress);
      Path target = Optional.ofNullable(file).orElseGet(HostCalibration::defaultFile);
      HostCalibration.keep(costs, target);
      print(costs, out);
      out.println("kept in " + target);
      boolean good = !check || checked(probe, costs, out, progress);
      out.flush();
      return good ? ExitCode.FINE : ExitCode.GATE_FAILED;
    }
  }

  private static void print(HostCosts costs, PrintWriter out) {
    out.println("measured on " + costs.host());
    for (Map.Entry<PageSize, io.forkscope.core.forkcost.PageCosts> page :
        costs.pages().entrySet()) {
      long pagesPerGib = (1L << 30) / page.getKey().bytes();
      out.printf(
          Locale.ROOT,
          "%-10s fork %8.2f ms a GiB and %.2f ms; a write after it copies in %.2f us, reuses in %.2f us%n",
          page.getKey(),
          page.getValue().forkNanos() * pagesPerGib / 1e6,
          (costs.fixedNanos() + page.getValue().fixedNanos()) / 1e6,
          page.getValue().copyNanos() / 1e3,
          page.getValue().reuseNanos() / 1e3);
    }
    out.printf(
        Locale.ROOT,
        "fork of nothing %.0f us, a mapping %.2f us more; exec %.0f, vfork+exec %.0f, posix_spawn"
            + " %.0f us%n",
        costs.fixedNanos() / 1e3,
        costs.mappingNanos() / 1e3,
        costs.execNanos() / 1e3,
        costs.vforkExecNanos() / 1e3,
        costs.posixSpawnNanos() / 1e3);
  }

  /** Predicts first, then measures; false if the gate says no. */
  private boolean checked(ForkCostProbe probe, HostCosts costs, PrintWriter out, Progress progress)
      throws IOException {
    ForkCostModel model = new ForkCostModel(costs);
    List<ForkedMemory> points = checkPoints(costs);
    Calibration measured =
        new Calibration(
            HostCalibration.rounds(probe, points, Math.min(runs, CHECK_RUNS), progress), Map.of());
    out.printf(
        "%n%-10s %9s %12s %14s %14s %8s%n",
        "pages", "resident", "way", "predicted ms", "measured ms", "error");
    double worst = 0;
    for (ForkedMemory memory : points) {
      for (ForkWay way : ForkWay.values()) {
        double predicted = model.parentNanos(way, memory);
        double real = measured.parentNanos(way, memory);
        worst = Math.max(worst, Math.abs(predicted / real - 1));
        row(out, memory, way, predicted, real);
      }
    }
    out.printf(Locale.ROOT, "worst error %.1f %%%n", worst * 100);
    return maxError == null || worst <= maxError;
  }

  private static void row(
      PrintWriter out, ForkedMemory memory, ForkWay way, double predicted, double real) {
    out.printf(
        Locale.ROOT,
        "%-10s %5.2f GiB %12s %14.2f %14.2f %+7.1f%%%n",
        memory.pageSize(),
        memory.residentBytes() / (double) (1L << 30),
        way.label(),
        predicted / 1e6,
        real / 1e6,
        (predicted / real - 1) * 100);
  }

  private static List<ForkedMemory> checkPoints(HostCosts costs) throws IOException {
    List<ForkedMemory> points = new ArrayList<>();
    for (PageSize pageSize : costs.pages().keySet()) {
      for (double gib : CHECK_GIB) {
        long bytes = (long) (gib * (1L << 30));
        if (HostCalibration.fits(bytes, pageSize)) {
          points.add(new ForkedMemory(bytes, pageSize, 0));
        }
      }
    }
    return points;
  }
}
