package io.forkscope.core.placement;

import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import java.util.ArrayList;
import java.util.List;

/**
 * The heap of G1, region by region. {@code jdk.G1HeapSummary} gives how much eden and survivors use
 * around each collection, {@code jdk.GCHeapSummary} the rest; which regions they are follows from
 * G1's free list (see {@link G1Regions}).
 */
final class G1Spaces implements HeapSpaces {

  private final HeapHistory history;
  private final EventTable table;
  private final List<HeapCollection> collections;
  private final PlacedActions.Builder actions;
  private final EdenSurvivors forwarding;
  private final G1Regions regions;
  private final int archived;

  private final List<Integer> eden = new ArrayList<>();
  private final List<Integer> survivor = new ArrayList<>();
  private final List<Integer> old = new ArrayList<>();
  private long inLastEden;
  private long inLastOld;
  private long survivorUsed;
  private long oldUsed;
  private long touchedYoungRegions;

  G1Spaces(HeapHistory history, PlacedActions.Builder actions, long start, long reservedEnd) {
    this.history = history;
    this.table = history.recording().table(JdkEvents.G1_HEAP_SUMMARY);
    this.collections = history.collections();
    this.actions = actions;
    this.forwarding = new EdenSurvivors(actions, history.meanObjectBytes());
    long regionBytes = Math.max(1L << 20, history.flag("G1HeapRegionSize").orElse(1L << 20));
    int reserved = Math.toIntExact((reservedEnd - start) / regionBytes);
    int archive = 0;
    int count = reserved;
    if (!collections.isEmpty()) {
      HeapCollection first = collections.get(0);
      count = Math.toIntExact(first.committedBytes() / regionBytes);
      oldUsed = oldBefore(first);
      // The archived heap of CDS is mapped to the end of the reservation, not taken from the list.
      archive = history.fromTheStart() ? regionsFor(Math.max(0, oldUsed), regionBytes) : 0;
    }
    archived = archive;
    regions = new G1Regions(start, regionBytes, Math.max(1, Math.min(reserved, count) - archive));
    if (!history.fromTheStart()) {
      takeWhatWasThereBefore();
    }
  }

  private void takeWhatWasThereBefore() {
    for (int i = regionsFor(oldUsed, regions.regionBytes()); i > 0; i--) {
      old.add(regions.takeOld());
    }
    inLastOld = oldUsed - (old.size() - 1L) * regions.regionBytes();
    HeapCollection first = collections.get(0);
    long young = edenBefore(first) + 2 * number("survivorUsedSize", first.beforeRow());
    touchedYoungRegions = regionsFor(young, regions.regionBytes());
  }

  private static int regionsFor(long bytes, long regionBytes) {
    return Math.toIntExact((bytes + regionBytes - 1) / regionBytes);
  }

  private long number(String field, int row) {
    return table.number(field, row);
  }

  private long edenBefore(HeapCollection c) {
    return number("edenUsedSize", c.beforeRow());
  }

  private long oldBefore(HeapCollection c) {
    return c.usedBefore() - edenBefore(c) - number("survivorUsedSize", c.beforeRow());
  }

  private long oldAfter(HeapCollection c) {
    return c.usedAfter()
        - number("edenUsedSize", c.afterRow())
        - number("survivorUsedSize", c.afterRow());
  }

  @Override
  public long allocatedBefore(int collection) {
    return edenBefore(collections.get(collection));
  }

  @Override
  public void touchedBefore(PageRuns.Builder touched) {
    if (!history.fromTheStart()) {
      long top = regions.end();
      touched.add(
          top - touchedYoungRegions * regions.regionBytes(),
          touchedYoungRegions * regions.regionBytes());
      old.forEach(r -> touched.add(regions.address(r), regions.regionBytes()));
    }
  }

  @Override
  public void allocate(long bytes, long nanos) {
    long left = bytes;
    while (left > 0) {
      if (eden.isEmpty() || inLastEden == regions.regionBytes()) {
        eden.add(regions.takeYoung());
        inLastEden = 0;
      }
      long part = Math.min(left, regions.regionBytes() - inLastEden);
      long address = regions.address(eden.get(eden.size() - 1)) + inLastEden;
      actions.add(nanos, HeapAction.NEW_OBJECTS, address, part, 0);
      inLastEden += part;
      left -= part;
    }
  }

  @Override
  public void collect(int collection, boolean firstSinceFork) {
    HeapCollection c = collections.get(collection);
    growOld(oldBefore(c), HeapAction.NEW_OBJECTS, c.startNanos()); // humongous objects
    long survivors = number("survivorUsedSize", c.afterRow());
    if (firstSinceFork && !c.full()) {
      long copied = survivors + Math.max(0, oldAfter(c) - oldUsed);
      long fromEden = Math.max(c.youngestBytes(), copied - survivorUsed);
      forward(eden, c.startNanos(), fromEden);
      forward(survivor, c.startNanos(), survivorUsed);
    }
    List<Integer> collected = new ArrayList<>(eden);
    collected.addAll(survivor);
    eden.clear();
    survivor.clear();
    if (c.full()) {
      compact(c);
      regions.give(collected);
    } else {
      copySurvivors(survivors, c.endNanos());
      growOld(oldAfter(c), HeapAction.PROMOTION, c.endNanos());
      regions.give(collected);
    }
    survivorUsed = survivors;
    inLastEden = 0;
    resize(c);
  }

  private void forward(List<Integer> from, long nanos, long liveBytes) {
    for (int region : from) {
      forwarding.forward(
          nanos, regions.address(region), regions.regionBytes(), liveBytes / from.size());
    }
  }

  private void copySurvivors(long bytes, long nanos) {
    for (long left = bytes; left > 0; left -= regions.regionBytes()) {
      int region = regions.takeYoung();
      survivor.add(region);
      long part = Math.min(left, regions.regionBytes());
      actions.add(nanos, HeapAction.SURVIVOR_COPY, regions.address(region), part, 0);
    }
  }

  /** Brings the old regions to so many bytes: fills up and takes more, or frees the newest. */
  private void growOld(long bytes, HeapAction action, long nanos) {
    long left = bytes - oldUsed;
    while (left > 0) {
      if (old.isEmpty() || inLastOld >= regions.regionBytes()) {
        old.add(regions.takeOld());
        inLastOld = 0;
      }
      long part = Math.min(left, regions.regionBytes() - inLastOld);
      long address = regions.address(old.get(old.size() - 1)) + inLastOld;
      actions.add(nanos, action, address, part, 0);
      inLastOld += part;
      left -= part;
    }
    while (left <= -regions.regionBytes() && old.size() > 1) {
      regions.give(List.of(old.remove(old.size() - 1)));
      left += regions.regionBytes();
    }
    oldUsed = bytes;
  }

  private void compact(HeapCollection c) {
    long live = c.usedAfter();
    regions.give(old);
    old.clear();
    inLastOld = 0;
    oldUsed = 0;
    growOld(live, HeapAction.COMPACTION, c.endNanos());
  }

  private void resize(HeapCollection c) {
    int now = Math.toIntExact(c.committedBytes() / regions.regionBytes()) - archived;
    if (now > regions.count()) {
      regions.growTo(now);
    } else if (now < regions.count()) {
      for (int region : regions.shrinkTo(now)) {
        actions.add(
            c.endNanos(), HeapAction.GIVE_BACK, regions.address(region), regions.regionBytes(), 0);
      }
    }
  }

  @Override
  public long roomInEden() {
    long free = (long) (regions.count() - regions.taken()) * regions.regionBytes();
    return Math.max(0, free);
  }
}
