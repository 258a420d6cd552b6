package io.forkscope.cli;

import io.forkscope.core.forkcost.ForkCostModel;
import io.forkscope.core.forkcost.ForkWay;
import io.forkscope.core.forkcost.ForkedMemory;
import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.memory.PageSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forkscope forkcost}: how long the ways to make a child stop a parent of some size. */
@Command(
    name = "forkcost",
    mixinStandardHelpOptions = true,
    description = {
      "Predicts how long fork, fork+exec, vfork+exec and posix_spawn stop a process, what the page"
          + " tables take, and from which size on posix_spawn pays.",
      "Costs are those of the last 'forkscope calibrate' on this host, otherwise published ones; the"
          + " output says which."
    },
    footer = {
      "",
      "Examples:",
      "  forkscope forkcost --resident 4GiB",
      "  forkscope forkcost --resident 4GiB --page-size THP_2M --mappings 800",
      "  forkscope forkcost --resident 512MiB --calibration build-host.json --format csv"
    })
final class ForkCostCommand implements Callable<Integer> {

  enum Format {
    TEXT,
    CSV
  }

  @Option(
      names = "--resident",
      paramLabel = "BYTES",
      required = true,
      converter = ByteSize.Converter.class,
      description = "Private anonymous memory that the parent holds, for example 4GiB.")
  private ByteSize resident = new ByteSize(0);

  @Option(
      names = "--page-size",
      paramLabel = "SIZE",
      defaultValue = "BASE_4K",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private PageSize pageSize = PageSize.BASE_4K;

  @Option(
      names = "--mappings",
      paramLabel = "N",
      defaultValue = "0",
      description = "Lines of /proc/PID/maps beside the first. Default: ${DEFAULT-VALUE}.")
  private int mappings;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description = "Costs that 'forkscope calibrate -o FILE' measured, on whatever host.")
  private @Nullable Path calibration;

  @Option(
      names = "--published",
      description = "Use the published costs even if there are own ones.")
  private boolean published;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "TEXT",
      description = "text or csv. Default: text.")
  private Format format = Format.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  ForkCostCommand() {}

  @Override
  public Integer call() throws IOException {
    HostCosts costs =
        published ? HostCosts.PUBLISHED : HostCalibration.costs(Optional.ofNullable(calibration));
    ForkedMemory memory = new ForkedMemory(resident.bytes(), pageSize, mappings);
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.CSV) {
      csv(costs, memory, out);
    } else {
      text(costs, memory, out);
    }
    out.flush();
    return ExitCode.FINE;
  }

  private static void csv(HostCosts costs, ForkedMemory memory, PrintWriter out) {
    ForkCostModel model = new ForkCostModel(costs);
    out.println(
        "way,resident_bytes,page_size,mappings,written,parent_us,ready_us,page_table_bytes,costs");
    for (ForkedMemory held : List.of(memory, memory.kept())) {
      for (ForkWay way : ForkWay.values()) {
        out.printf(
            Locale.ROOT,
            "%s,%d,%s,%d,%s,%.1f,%.1f,%d,%s%n",
            way.label(),
            held.residentBytes(),
            held.pageSize(),
            held.mappings(),
            held.written(),
            model.parentNanos(way, held) / 1e3,
            model.readyNanos(way, held) / 1e3,
            model.copiedTableBytes(way, held),
            costs.calibrated() ? "calibrated" : "published");
      }
    }
  }

  private void text(HostCosts costs, ForkedMemory memory, PrintWriter out) {
    ForkCostModel model = new ForkCostModel(costs);
    out.printf(
        "A parent of %s in pages of %s, %d further mappings (modelled; costs %s)%n%n",
        resident,
        new ByteSize(pageSize.bytes()),
        mappings,
        costs.calibrated() ? "measured on " + costs.host() : costs.host());
    out.printf("%-12s %16s %16s %14s%n", "way", "parent stops", "child runs", "page tables");
    for (ForkWay way : ForkWay.values()) {
      row(out, model, way.label(), way, memory);
      if (way == ForkWay.FORK) {
        row(out, model, "fork again", way, memory.kept());
      }
    }
    out.println();
    out.println("fork again: one after another, nothing of the memory written in between.");
    if (costs.calibrated()) {
      out.printf(
          Locale.ROOT,
          "Times are means: forks of equal memory lay %.0f %% from them here.%n",
          100 * costs.spread());
    }
    out.println(new ForkAdvice(model, memory).sentence());
    if (!costs.calibrated()) {
      out.println("These are published costs of another host: run 'forkscope calibrate' here.");
    }
  }

  private static void row(
      PrintWriter out, ForkCostModel model, String label, ForkWay way, ForkedMemory memory) {
    out.printf(
        "%-12s %16s %16s %14s%n",
        label,
        duration(model.parentNanos(way, memory)),
        duration(model.readyNanos(way, memory)),
        new ByteSize(model.copiedTableBytes(way, memory)));
  }

  /** Nanoseconds in the unit that people would choose. */
  static String duration(double nanos) {
    return nanos < 1e6
        ? String.format(Locale.ROOT, "%.0f us", nanos / 1e3)
        : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }
}
