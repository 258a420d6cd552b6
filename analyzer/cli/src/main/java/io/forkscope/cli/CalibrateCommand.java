package io.forkscope.cli;

import io.forkscope.core.forkcost.Calibration;
import io.forkscope.core.forkcost.ForkCostModel;
import io.forkscope.core.forkcost.ForkWay;
import io.forkscope.core.forkcost.ForkedMemory;
import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.memory.PageSize;
import io.forkscope.observe.ForkCostProbe;
import io.forkscope.observe.HostMemory;
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
          + " and keeps it for 'forkscope forkcost' and the fork pauses of verdicts.",
      "A small C program does the forks, so gcc is needed; root is not. A point is the mean over"
          + " processes, without the fastest and the slowest quarter; fork's time is processor time."
    },
    footer = {
      "",
      "Examples:",
      "  forkscope calibrate",
      "  forkscope calibrate --check --max-error 0.15   predict 0.25 to 8 GiB, then measure it",
      "  forkscope calibrate -o build-host.json"
    })
final class CalibrateCommand implements Callable<Integer> {

  /** Between the sizes that calibration measures at, and at both ends. */
  private static final double[] CHECK_GIB = {0.25, 0.375, 0.75, 1.5, 3, 6, 8};

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to keep it. Default: forkscope/host-costs.json in $XDG_STATE_HOME.")
  private @Nullable Path file;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Processes that fork at each large point, three times as many at small ones. Default:"
              + " ${DEFAULT-VALUE}.")
  private int processes;

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
    if (processes < 1 || processes > 100) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--processes must be 1 to 100, not " + processes);
    }
    if (maxError != null && !check) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--max-error needs --check");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (ForkCostProbe probe = ForkCostProbe.build()) {
      HostCosts costs = HostCalibration.measure(probe, processes).costs(HostMemory.description());
      Path target = Optional.ofNullable(file).orElseGet(HostCalibration::defaultFile);
      HostCalibration.keep(costs, target);
      print(costs, out);
      out.printf(
          Locale.ROOT,
          "means over processes; forks of equal memory lay %.0f %% from them%n",
          100 * costs.spread());
      out.println("kept in " + target);
      boolean good = !check || checked(probe, costs, out);
      out.flush();
      return good ? ExitCode.FINE : ExitCode.GATE_FAILED;
    }
  }

  private static void print(HostCosts costs, PrintWriter out) {
    out.println("measured on " + costs.host());
    ForkCostModel model = new ForkCostModel(costs);
    costs
        .pages()
        .forEach(
            (size, page) -> {
              ForkedMemory gibibyte = new ForkedMemory(1L << 30, size, 0);
              out.printf(
                  Locale.ROOT,
                  "%-10s fork of 1 GiB %.2f ms, again %.2f ms; a write after it copies in %.2f us,"
                      + " reuses in %.2f us%n",
                  size,
                  model.parentNanos(ForkWay.FORK, gibibyte) / 1e6,
                  model.parentNanos(ForkWay.FORK, gibibyte.kept()) / 1e6,
                  page.copyNanos() / 1e3,
                  page.reuseNanos() / 1e3);
            });
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
  private boolean checked(ForkCostProbe probe, HostCosts costs, PrintWriter out)
      throws IOException {
    ForkCostModel model = new ForkCostModel(costs);
    List<ForkedMemory> points = checkPoints(costs);
    Calibration measured =
        new Calibration(HostCalibration.samples(probe, points, processes, "check"), Map.of());
    out.printf(
        "%n%-10s %9s %12s %14s %14s %8s%n",
        "pages", "resident", "way", "predicted ms", "measured ms", "error");
    double worst = 0;
    for (ForkedMemory memory : points) {
      for (Row row : Row.of(memory)) {
        double predicted = model.parentNanos(row.way, row.memory);
        double error = predicted / measured.parentNanos(row.way, row.memory) - 1;
        worst = Math.max(worst, Math.abs(error));
        out.println(row.text(predicted, error));
      }
    }
    out.printf(
        Locale.ROOT,
        "worst error %.1f %%; forks of equal memory lay %.0f %% from their mean%n",
        worst * 100,
        100 * measured.spread());
    return maxError == null || worst <= maxError;
  }

  /** A fork of memory that was written, one that follows it, and the ways that copy no tables. */
  private record Row(String label, ForkWay way, ForkedMemory memory) {

    static List<Row> of(ForkedMemory memory) {
      List<Row> rows = new ArrayList<>();
      rows.add(new Row("fork", ForkWay.FORK, memory));
      rows.add(new Row("fork again", ForkWay.FORK, memory.kept()));
      rows.add(new Row(ForkWay.VFORK_EXEC.label(), ForkWay.VFORK_EXEC, memory.kept()));
      rows.add(new Row(ForkWay.POSIX_SPAWN.label(), ForkWay.POSIX_SPAWN, memory.kept()));
      return rows;
    }

    String text(double predicted, double error) {
      return String.format(
          Locale.ROOT,
          "%-10s %5.2f GiB %12s %14.2f %14.2f %+7.1f%%",
          memory.pageSize(),
          memory.residentBytes() / (double) (1L << 30),
          label,
          predicted / 1e6,
          predicted / (1 + error) / 1e6,
          error * 100);
    }
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
