package io.forkscope.core.verdict;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseCount;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.FaultCounts;
import io.forkscope.core.memory.MemoryUsage;
import io.forkscope.core.memory.PageState;
import io.forkscope.core.memory.RegionCounts;
import io.forkscope.core.simulation.Mark;
import io.forkscope.core.simulation.Trajectory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * The parts of a verdict that follow from a trajectory. Regions, causes and the page map are those
 * of its first acting process; totals are means over all of them.
 */
public final class TrajectoryParts {

  /** The most processes that are listed one by one. */
  static final int MOST_PROCESSES = 12;

  private final Trajectory trajectory;
  private final CowProcess shown;

  /** The parts of a trajectory. */
  public TrajectoryParts(Trajectory trajectory) {
    this.trajectory = trajectory;
    this.shown = trajectory.acting().get(0);
  }

  /**
   * The sums.
   *
   * @param pause how long fork stops the parent
   */
  Totals totals(ForkPause pause) {
    Mark end = trajectory.end();
    FaultCounts faults = trajectory.space().faults();
    return new Totals(
        trajectory.children(),
        trajectory.residentPages(),
        trajectory.residentPages(),
        end.forkPages(),
        trajectory.brokenByActions(end),
        end.grownPages(),
        end.droppedPages(),
        end.physicalPages(),
        trajectory.peakPages(),
        end.sleeperPages(),
        pause.nanos(),
        faults.faults(),
        faults.copies());
  }

  /** The parent and the first acting processes. */
  public List<ProcessUsage> processes() {
    List<ProcessUsage> rows = new ArrayList<>();
    rows.add(usage(trajectory.parent()));
    for (CowProcess process : trajectory.acting()) {
      if (process != trajectory.parent() && rows.size() < MOST_PROCESSES) {
        rows.add(usage(process));
      }
    }
    return rows;
  }

  private static ProcessUsage usage(CowProcess process) {
    MemoryUsage usage = process.usage();
    return new ProcessUsage(
        process.name(),
        usage.rssBytes(),
        usage.pssBytes(),
        usage.ussBytes(),
        usage.pageTableBytes(),
        usage.faults().faults(),
        usage.faults().copies());
  }

  /** Every region, in address order. */
  public List<RegionLoss> regions(String fidelity) {
    return shown.regions().stream()
        .sorted(Comparator.comparingLong(r -> r.region().address()))
        .map(r -> region(r, fidelity))
        .toList();
  }

  private static RegionLoss region(RegionCounts counts, String fidelity) {
    return new RegionLoss(
        counts.region().name(),
        counts.region().kind().label(),
        counts.region().address(),
        counts.region().bytes(),
        counts.residentAtForkPages(),
        counts.brokenPages(),
        counts.grownPages(),
        fidelity);
  }

  /** Every cause that wrote, most pages broken first. */
  public List<CauseLoss> causes() {
    return shown.attribution().causes().stream()
        .filter(c -> c.touchedPages() > 0)
        .map(TrajectoryParts::cause)
        .sorted(
            Comparator.comparingLong(CauseLoss::brokeFirst).reversed().thenComparing(CauseLoss::id))
        .toList();
  }

  private static CauseLoss cause(CauseCount count) {
    Cause cause = count.cause();
    return new CauseLoss(
        cause.id(),
        cause.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        cause.explanation(),
        cause.source(),
        count.brokeFirst(),
        count.onlyToucher(),
        count.sharedBlame(),
        count.writtenBytes(),
        count.collateralRatio());
  }

  /** Pages broken first by each cause, mark by mark. */
  public ErosionCurve curve() {
    List<Mark> marks = trajectory.marks();
    TreeSet<String> ids = new TreeSet<>();
    marks.forEach(m -> ids.addAll(m.brokeFirst().keySet()));
    List<ErosionCurve.Series> series = new ArrayList<>();
    for (String id : ids) {
      series.add(
          new ErosionCurve.Series(
              id, marks.stream().map(m -> m.brokeFirst().getOrDefault(id, 0L)).toList()));
    }
    series.removeIf(s -> s.pages().stream().allMatch(p -> p == 0));
    return new ErosionCurve(
        trajectory.epochLabel(), marks.stream().map(Mark::epoch).toList(), series, List.of());
  }

  /** The state of every page that was resident at the fork; what lies on them is not said. */
  public PageMap pageMap() {
    Map<String, Integer> names = new LinkedHashMap<>();
    Map<String, Integer> causeIds = new LinkedHashMap<>();
    List<RegionCounts> regions = shown.regions();
    List<Cause> causes = trajectory.space().causes();
    ToIntFunction<Integer> causeIndex =
        c -> c < 0 ? -1 : causeIds.computeIfAbsent(causes.get(c).id(), id -> causeIds.size());
    List<PageMap.Run> runs = new ArrayList<>();
    shown.forEachRun(
        (address, pages, region, state, cause, epoch) -> {
          boolean inherited = state == PageState.INHERITED;
          if ((inherited || state == PageState.BROKEN) && region >= 0) {
            String name = regions.get(region).region().name();
            runs.add(
                new PageMap.Run(
                    address,
                    pages,
                    names.computeIfAbsent(name, n -> names.size()),
                    inherited ? -1 : causeIndex.applyAsInt(cause),
                    inherited ? -1 : epoch,
                    0));
          }
        });
    return new PageMap(
        List.copyOf(names.keySet()), List.copyOf(causeIds.keySet()), List.of(""), runs);
  }
}
