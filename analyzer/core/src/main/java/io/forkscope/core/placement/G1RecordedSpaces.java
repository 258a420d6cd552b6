package io.forkscope.core.placement;

import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import java.util.List;

/**
 * The heap of G1 where {@code jdk.G1HeapRegionTypeChange} was recorded: every region that was taken
 * is known by address and time. A region of eden is filled before the next one is taken; the last
 * one of survivors or of old objects as far as the amounts say.
 */
final class G1RecordedSpaces implements HeapSpaces {

  private final EventTable summary;
  private final EventTable changes;
  private final List<HeapCollection> collections;
  private final PlacedActions.Builder actions;
  private final EdenSurvivors forwarding;
  private final long regionBytes;

  private int next;
  private long current;
  private long filled;
  private final java.util.ArrayList<Long> eden = new java.util.ArrayList<>();

  G1RecordedSpaces(HeapHistory history, PlacedActions.Builder actions) {
    this.summary = history.recording().table(JdkEvents.G1_HEAP_SUMMARY);
    this.changes = history.recording().table(JdkEvents.G1_HEAP_REGION_TYPE_CHANGE);
    this.collections = history.collections();
    this.actions = actions;
    this.forwarding = new EdenSurvivors(actions, history.meanObjectBytes());
    this.regionBytes = Math.max(1L << 20, history.flag("G1HeapRegionSize").orElse(1L << 20));
  }

  @Override
  public long allocatedBefore(int collection) {
    return summary.number("edenUsedSize", collections.get(collection).beforeRow());
  }

  @Override
  public void touchedBefore(PageRuns.Builder touched) {
    // Regions in use when the recording began: their first change names what they had been.
    java.util.Set<Long> seen = new java.util.HashSet<>();
    for (int row = 0; row < changes.rows(); row++) {
      long start = changes.number("start", row);
      if (seen.add(start) && !changes.text("from", row).equals("Free")) {
        touched.add(start, regionBytes);
      }
    }
  }

  @Override
  public void allocate(long bytes, long nanos) {
    takeUpTo(nanos);
    if (current > 0) {
      long part = Math.min(bytes, regionBytes - filled);
      actions.add(nanos, HeapAction.NEW_OBJECTS, current + filled, part, 0);
      filled += part;
    }
  }

  /** Follows the changes between collections. */
  private void takeUpTo(long nanos) {
    for (; next < changes.rows() && changes.nanos(next) <= nanos; next++) {
      if (!changes.text("from", next).equals("Free")) {
        continue;
      }
      long at = changes.nanos(next);
      long start = changes.number("start", next);
      String to = changes.text("to", next);
      if (to.equals("Eden")) {
        finishCurrent(at);
        current = start;
        filled = 0;
        eden.add(start);
      } else if (to.endsWith("Humongous")) {
        actions.add(at, HeapAction.NEW_OBJECTS, start, regionBytes, 0);
      }
    }
  }

  private void finishCurrent(long nanos) {
    if (current > 0) {
      actions.add(nanos, HeapAction.NEW_OBJECTS, current + filled, regionBytes - filled, 0);
      filled = regionBytes;
    }
  }

  @Override
  public void collect(int collection, boolean firstSinceFork) {
    HeapCollection c = collections.get(collection);
    takeUpTo(c.startNanos());
    long survivors = summary.number("survivorUsedSize", c.afterRow());
    long oldBefore = old(c.usedBefore(), c.beforeRow());
    long promoted = Math.max(0, old(c.usedAfter(), c.afterRow()) - oldBefore);
    if (firstSinceFork && !eden.isEmpty()) {
      long live = Math.max(c.youngestBytes(), survivors + promoted);
      for (long start : eden) {
        forwarding.forward(c.startNanos(), start, regionBytes, live / eden.size());
      }
    }
    HeapAction toOld = c.full() ? HeapAction.COMPACTION : HeapAction.PROMOTION;
    for (; next < changes.rows() && changes.nanos(next) <= c.endNanos(); next++) {
      long start = changes.number("start", next);
      String from = changes.text("from", next);
      String to = changes.text("to", next);
      if (from.equals("Free") && to.equals("Survivor")) {
        long part = Math.min(regionBytes, Math.max(PageRuns.PAGE, survivors));
        actions.add(c.endNanos(), HeapAction.SURVIVOR_COPY, start, part, 0);
        survivors -= part;
      } else if (to.equals("Old") && !from.equals("Old")) {
        long part = Math.min(regionBytes, Math.max(PageRuns.PAGE, promoted));
        actions.add(c.endNanos(), toOld, start, part, 0);
        promoted -= part;
      }
    }
    eden.clear();
    current = 0;
    filled = 0;
  }

  private long old(long used, int row) {
    return used - summary.number("edenUsedSize", row) - summary.number("survivorUsedSize", row);
  }

  @Override
  public long roomInEden() {
    return Long.MAX_VALUE;
  }
}
