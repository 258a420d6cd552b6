package io.forkscope.core.simulation;

import io.forkscope.core.memory.Attribution;
import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.RegionCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Counts at marks what processes of a space have lost since their fork. Not thread-safe. */
public final class ErosionRecorder {

  private final CowSpace space;
  private final CowProcess parent;
  private final long residentPages;
  private final String epochLabel;
  private final List<CowProcess> sleepers;
  private final List<Mark> marks = new ArrayList<>();
  private final List<MemorySample> memory = new ArrayList<>();
  private long peakPages;
  private long sleeperPages;
  private long forkPages;

  /**
   * A recorder without marks.
   *
   * @param parent already forked
   * @param epochLabel what an epoch is, for example {@code requests}
   */
  public ErosionRecorder(CowSpace space, CowProcess parent, String epochLabel) {
    this(space, parent, epochLabel, List.of());
  }

  /**
   * A recorder without marks.
   *
   * @param sleepers children that take no action; the first stands for all
   */
  public ErosionRecorder(
      CowSpace space, CowProcess parent, String epochLabel, List<CowProcess> sleepers) {
    this.space = space;
    this.parent = parent;
    this.epochLabel = epochLabel;
    this.sleepers = List.copyOf(sleepers);
    this.residentPages = sum(parent, RegionCounts::residentAtForkPages);
  }

  /**
   * Counts now. Writes from here on belong to the epoch of the next mark.
   *
   * @param epoch of this mark, larger than the last one's
   * @param acting the living processes to count; the first stands for all where one is shown
   */
  public void mark(long epoch, List<CowProcess> acting) {
    if (!marks.isEmpty() && marks.get(marks.size() - 1).epoch() >= epoch) {
      throw new IllegalArgumentException(
          "mark " + epoch + " follows mark " + marks.get(marks.size() - 1).epoch());
    }
    sample();
    if (marks.isEmpty()) {
      forked(acting);
    }
    SortedMap<String, Long> brokeFirst = new TreeMap<>();
    Attribution blame = acting.get(0).attribution();
    for (Cause cause : space.causes()) {
      brokeFirst.put(cause.id(), blame.brokeFirst(cause));
    }
    marks.add(
        new Mark(
            epoch,
            broken(acting),
            forkPages,
            mean(acting, process -> process.faults().copiedBytes() / PageSize.BASE_BYTES),
            mean(acting, process -> sum(process, RegionCounts::grownPages)),
            mean(acting, process -> sum(process, RegionCounts::droppedPages)),
            space.physicalPages(),
            brokeFirst,
            sleeperPages));
    space.epoch(marks.size());
  }

  /**
   * Notes what fork itself has broken in the processes that are counted from now on. The first mark
   * does so for its own.
   */
  public void forked(List<CowProcess> acting) {
    forkPages = broken(acting);
  }

  /** Notes what all living processes hold now; not before the last note's epoch. */
  public void memory(long epoch) {
    memory.add(MemorySample.of(space, epoch));
  }

  /** Looks at peaks between two marks. */
  public void sample() {
    peakPages = Math.max(peakPages, space.physicalPages());
    if (!sleepers.isEmpty()) {
      long bytes = sleepers.get(0).usage().privateDirtyBytes();
      sleeperPages = Math.max(sleeperPages, bytes / PageSize.BASE_BYTES);
    }
  }

  /** What was recorded; the processes stay as they are. */
  public Trajectory finish(List<CowProcess> acting, long children) {
    return new Trajectory(
        space, parent, acting, children, residentPages, marks, epochLabel, memory, peakPages);
  }

  private static long broken(List<CowProcess> acting) {
    return mean(acting, process -> sum(process, RegionCounts::brokenPages));
  }

  private static long mean(List<CowProcess> acting, ToLongFunction<CowProcess> what) {
    long total = 0;
    for (CowProcess process : acting) {
      total += what.applyAsLong(process);
    }
    return (2 * total + acting.size()) / (2L * acting.size());
  }

  /** Over the private regions whose pages are anonymous, or have become so. */
  private static long sum(CowProcess process, ToLongFunction<RegionCounts> what) {
    long total = 0;
    for (RegionCounts counts : process.regions()) {
      if (!counts.region().shared()) {
        total += what.applyAsLong(counts);
      }
    }
    return total;
  }
}
