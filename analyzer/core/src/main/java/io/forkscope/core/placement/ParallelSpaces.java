package io.forkscope.core.placement;

import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import java.util.List;

/**
 * The heap of the Parallel collector. {@code jdk.PSHeapSummary} gives the bounds and the use of
 * eden, both survivor spaces and the old generation around every collection, so only the order of
 * writes inside them is a rule (from the bottom up).
 */
final class ParallelSpaces implements HeapSpaces {

  private final HeapHistory history;
  private final EventTable table;
  private final List<HeapCollection> collections;
  private final PlacedActions.Builder actions;
  private final EdenSurvivors forwarding;

  private long edenStart;
  private long edenEnd;
  private long edenUsed;
  private long fromStart;
  private long fromUsed;
  private long oldStart;
  private long oldUsed;

  ParallelSpaces(HeapHistory history, PlacedActions.Builder actions) {
    this.history = history;
    this.table = history.recording().table(JdkEvents.PS_HEAP_SUMMARY);
    this.collections = history.collections();
    this.actions = actions;
    this.forwarding = new EdenSurvivors(actions, history.meanObjectBytes());
    int first = collections.isEmpty() ? 0 : collections.get(0).beforeRow();
    layOut(first);
    edenUsed = 0;
    fromUsed = number("fromSpace.used", first);
    oldUsed = number("oldObjectSpace.used", first);
  }

  private long number(String field, int row) {
    return table.number(field, row);
  }

  private void layOut(int row) {
    edenStart = number("edenSpace.start", row);
    edenEnd = number("edenSpace.end", row);
    fromStart = number("fromSpace.start", row);
    oldStart = number("oldSpace.start", row);
  }

  @Override
  public long allocatedBefore(int collection) {
    long before = number("edenSpace.used", collections.get(collection).beforeRow());
    return collection == 0
        ? before
        : before - number("edenSpace.used", collections.get(collection - 1).afterRow());
  }

  @Override
  public void touchedBefore(PageRuns.Builder touched) {
    touched.add(oldStart, oldUsed);
    if (!history.fromTheStart()) {
      touched.add(edenStart, edenEnd - edenStart);
      long survivors = 0;
      for (HeapCollection c : collections) {
        survivors = Math.max(survivors, number("fromSpace.used", c.afterRow()));
      }
      int first = collections.get(0).beforeRow();
      touched.add(number("fromSpace.start", first), survivors);
      touched.add(number("toSpace.start", first), survivors);
    }
  }

  @Override
  public void allocate(long bytes, long nanos) {
    long fits = Math.min(bytes, Math.max(0, edenEnd - edenStart - edenUsed));
    actions.add(nanos, HeapAction.NEW_OBJECTS, edenStart + edenUsed, fits, 0);
    edenUsed += fits;
  }

  @Override
  public void collect(int collection, boolean firstSinceFork) {
    HeapCollection c = collections.get(collection);
    long direct = number("oldObjectSpace.used", c.beforeRow()) - oldUsed;
    actions.add(c.startNanos(), HeapAction.NEW_OBJECTS, oldStart + oldUsed, direct, 0);
    oldUsed = number("oldObjectSpace.used", c.beforeRow());
    long survivors = number("fromSpace.used", c.afterRow());
    long oldAfter = number("oldObjectSpace.used", c.afterRow());
    if (c.full()) {
      forwarding.forward(c.startNanos(), edenStart, edenUsed, oldAfter - oldUsed);
      actions.add(c.endNanos(), HeapAction.COMPACTION, oldStart, oldAfter, 0);
    } else {
      if (firstSinceFork) {
        long copied = survivors + Math.max(0, oldAfter - oldUsed);
        forwarding.forward(c.startNanos(), edenStart, edenUsed, copied - fromUsed);
        forwarding.forward(c.startNanos(), fromStart, fromUsed, fromUsed);
      }
      // After the collection the space that was copied to is called from.
      long copiedTo = number("fromSpace.start", c.afterRow());
      actions.add(c.endNanos(), HeapAction.SURVIVOR_COPY, copiedTo, survivors, 0);
      actions.add(c.endNanos(), HeapAction.PROMOTION, oldStart + oldUsed, oldAfter - oldUsed, 0);
    }
    layOut(c.afterRow());
    oldUsed = oldAfter;
    fromUsed = survivors;
    edenUsed = number("edenSpace.used", c.afterRow());
  }

  @Override
  public long roomInEden() {
    return Math.max(0, edenEnd - edenStart - edenUsed);
  }
}
