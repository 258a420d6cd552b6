package io.forkscope.core.placement;

import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
  private final List<Long> eden = new ArrayList<>();
  private final Set<Long> inUse = new HashSet<>();
  private final Set<Long> givenBack = new HashSet<>();
  private final long heapStart;
  private final long heapEnd;
  private long committedBytes;

  G1RecordedSpaces(HeapHistory history, PlacedActions.Builder actions, long[] bounds) {
    this.heapStart = bounds[0];
    this.heapEnd = bounds[1];
    this.summary = history.recording().table(JdkEvents.G1_HEAP_SUMMARY);
    this.changes = history.recording().table(JdkEvents.G1_HEAP_REGION_TYPE_CHANGE);
    this.collections = history.collections();
    this.actions = actions;
    this.forwarding = new EdenSurvivors(actions, history.meanObjectBytes());
    this.regionBytes = Math.max(1L << 20, history.flag("G1HeapRegionSize").orElse(1L << 20));
    this.committedBytes = collections.isEmpty() ? 0 : collections.get(0).committedBytes();
  }

  @Override
  public long allocatedBefore(int collection) {
    return summary.number("edenUsedSize", collections.get(collection).beforeRow());
  }

  @Override
  public void touchedBefore(PageRuns.Builder touched) {
    // Regions in use when the recording began: their first change names what they had been.
    Set<Long> seen = new HashSet<>();
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
      long at = changes.nanos(next);
      long start = changes.number("start", next);
      String to = changes.text("to", next);
      note(start, to);
      if (!changes.text("from", next).equals("Free")) {
        continue;
      }
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
    long opened = 0;
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
      } else if (from.equals("Free") && to.equals("Eden")) {
        opened = start; // the collection itself opens the first region of the next eden
      }
      note(start, to);
    }
    eden.clear();
    filled = 0;
    current = opened;
    if (opened > 0) {
      eden.add(opened);
    }
    shrink(c);
  }

  private void note(long start, String to) {
    if (to.equals("Free")) {
      inUse.remove(start);
    } else {
      inUse.add(start);
      givenBack.remove(start);
    }
  }

  /** A smaller heap: G1 gives back its highest free regions (heapRegionManager.cpp, shrink_by). */
  private void shrink(HeapCollection c) {
    long regions = (committedBytes - c.committedBytes()) / regionBytes;
    committedBytes = c.committedBytes();
    for (long at = heapEnd - regionBytes; at >= heapStart && regions > 0; at -= regionBytes) {
      if (!inUse.contains(at) && givenBack.add(at)) {
        actions.add(c.endNanos(), HeapAction.GIVE_BACK, at, regionBytes, 0);
        regions--;
      }
    }
  }

  private long old(long used, int row) {
    return used - summary.number("edenUsedSize", row) - summary.number("survivorUsedSize", row);
  }

  @Override
  public long roomInEden() {
    return Long.MAX_VALUE;
  }
}
