package io.forkscope.core.simulation;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.model.ActivityModel;
import io.forkscope.core.placement.PageRuns;
import io.forkscope.core.placement.PlacedActions;
import io.forkscope.core.placement.PlacedActivity;
import io.forkscope.core.placement.PlacedRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Lets clones of a recorded process do what it did after its fork point. The parent is made with
 * the recorded regions and resident pages, and sleeps from the fork on; each clone takes the same
 * actions at the same time. A pure function of the activity, the model, the number of clones and
 * the seed.
 */
public final class RecordedSimulation {

  /** The most clones; each takes every action. */
  public static final int MOST_CLONES = 1000;

  /** Marks after the fork; enough for a smooth curve. */
  private static final int MOST_MARKS = 60;

  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** What stood on a page before the fork; writes nothing after it. */
  private static final Cause RESIDENT =
      new Cause(
          "recording.resident",
          CauseKind.ALLOCATION,
          "Was resident at the fork point.",
          "the recording");

  private final PlacedActivity activity;
  private final ActivityModel model;
  private final CowProcess parent;
  private final List<CowProcess> clones = new ArrayList<>();
  private final List<SplittableRandom> randoms = new ArrayList<>();

  private RecordedSimulation(PlacedActivity activity, ActivityModel model, KernelRules rules) {
    this.activity = activity;
    this.model = model;
    this.parent = new CowSpace(rules).create("parent");
  }

  /**
   * Runs it under the rules of kernels since 5.8.
   *
   * @param cloneCount 1 to {@link #MOST_CLONES}
   * @throws IllegalArgumentException if there are too few or too many clones
   */
  public static Trajectory run(
      PlacedActivity activity, ActivityModel model, int cloneCount, long seed) {
    if (cloneCount < 1 || cloneCount > MOST_CLONES) {
      throw new IllegalArgumentException("clones must be 1 to " + MOST_CLONES + ": " + cloneCount);
    }
    RecordedSimulation simulation = new RecordedSimulation(activity, model, KernelRules.SINCE_5_8);
    simulation.build();
    for (int i = 0; i < cloneCount; i++) {
      simulation.clones.add(simulation.parent.fork("clone " + (i + 1)));
      simulation.randoms.add(new SplittableRandom(seed));
    }
    return simulation.run();
  }

  private void build() {
    for (PlacedRegion placed : activity.regions()) {
      Region region = placed.region();
      parent.map(region);
      boolean fromFile = region.fileBacked() || region.shared() || !region.writable();
      long dirty = region.writable() && !region.shared() ? placed.dirtyPages() : 0;
      for (PageRuns.Run run : placed.resident().runs()) {
        if (fromFile) {
          parent.read(run.address(), run.end() - run.address());
        }
        long written = Math.min(dirty, run.pages());
        if (written > 0) {
          parent.sink(RESIDENT).writeRange(run.address(), written * PageSize.BASE_BYTES);
        }
        dirty -= written;
      }
    }
  }

  private Trajectory run() {
    long spanNanos = Math.max(0, activity.endNanos() - activity.fork().nanos());
    boolean inMillis = spanNanos < 20_000 * NANOS_PER_MILLI;
    long unitNanos = inMillis ? NANOS_PER_MILLI : 1000 * NANOS_PER_MILLI;
    ErosionRecorder recorder =
        new ErosionRecorder(
            parent.space(), parent, inMillis ? "ms since the fork" : "s since the fork");
    recorder.mark(0, clones);
    int row = 0;
    for (long epoch : epochs(spanNanos, unitNanos)) {
      long until = activity.fork().nanos() + epoch * unitNanos;
      row = act(row, until);
      recorder.mark(epoch, clones);
    }
    return recorder.finish(clones, clones.size());
  }

  /** Ascending moments from 1 on; the last covers the end. */
  private static java.util.SortedSet<Long> epochs(long spanNanos, long unitNanos) {
    TreeSet<Long> epochs = new TreeSet<>();
    long last = Math.max(1, (spanNanos + unitNanos - 1) / unitNanos);
    for (int i = 1; i <= MOST_MARKS; i++) {
      epochs.add(Math.max(1, Math.round((double) last * i / MOST_MARKS)));
    }
    return epochs;
  }

  private int act(int from, long untilNanos) {
    PlacedActions actions = activity.actions();
    int to = from;
    while (to < actions.rows() && actions.nanos(to) <= untilNanos) {
      to++;
    }
    for (int clone = 0; clone < clones.size(); clone++) {
      SimulatedMemory memory = new SimulatedMemory(clones.get(clone));
      for (int row = from; row < to; row++) {
        model.write(actions, row, memory, randoms.get(clone));
      }
    }
    return to;
  }
}
