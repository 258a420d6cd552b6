package io.forkscope.core.placement;

import java.util.List;

/**
 * The heap of the Serial collector: young generation at the start of the reservation (eden, and two
 * survivor spaces that change places at each collection), old generation after the young one's
 * maximum. The JDK records how much is used in all of it, and the survivors by age; what lies where
 * follows from the generations' rules. Source: JDK 17 src/hotspot/share/gc/serial/
 * defNewGeneration.cpp (compute_space_boundaries, compute_survivor_size), gc/shared/
 * genCollectedHeap.cpp (create_heap_summary: committed leaves out one survivor space).
 */
final class SerialSpaces implements HeapSpaces {

  /** Generations and survivor spaces are aligned to it: JDK 17 gc/shared/generation.hpp. */
  private static final long ALIGNMENT = 64 << 10;

  private final HeapHistory history;
  private final List<HeapCollection> collections;
  private final PlacedActions.Builder actions;
  private final EdenSurvivors forwarding;
  private final long start;
  private final long youngReserved;
  private final long survivorRatio;

  private long youngCommitted;
  private long edenUsed;
  private long fromUsed;
  private long oldUsed;
  private boolean fromIsUpper;

  SerialSpaces(HeapHistory history, PlacedActions.Builder actions, long start) {
    this.history = history;
    this.collections = history.collections();
    this.actions = actions;
    this.forwarding = new EdenSurvivors(actions, history.meanObjectBytes());
    this.start = start;
    this.survivorRatio = Math.max(1, history.flag("SurvivorRatio").orElse(8));
    this.youngReserved = history.flag("MaxNewSize").orElse(largestEden());
    this.youngCommitted = Math.min(youngReserved, history.flag("NewSize").orElse(youngReserved));
    if (!collections.isEmpty()) {
      HeapCollection first = collections.get(0);
      long eden =
          history.fromTheStart() ? first.usedBefore() : Math.min(eden(), first.usedBefore());
      oldUsed = history.fromTheStart() ? 0 : Math.max(0, first.usedBefore() - eden);
      edenUsed = 0;
    }
  }

  private long largestEden() {
    long most = ALIGNMENT * (survivorRatio + 2);
    for (HeapCollection c : collections) {
      most = Math.max(most, c.usedBefore());
    }
    return (most + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private long survivor() {
    long n = youngCommitted / (survivorRatio + 2);
    return Math.max(ALIGNMENT, n / ALIGNMENT * ALIGNMENT);
  }

  private long eden() {
    return youngCommitted - 2 * survivor();
  }

  private long fromStart() {
    return start + eden() + (fromIsUpper ? survivor() : 0);
  }

  private long toStart() {
    return start + eden() + (fromIsUpper ? 0 : survivor());
  }

  private long oldStart() {
    return start + youngReserved;
  }

  @Override
  public long allocatedBefore(int collection) {
    HeapCollection now = collections.get(collection);
    if (collection == 0) {
      return history.fromTheStart() ? now.usedBefore() : Math.min(eden(), now.usedBefore());
    }
    return Math.max(0, now.usedBefore() - collections.get(collection - 1).usedAfter());
  }

  @Override
  public void touchedBefore(PageRuns.Builder touched) {
    if (!history.fromTheStart()) {
      // Eden was filled by every collection before; the survivor spaces as far as one was seen.
      long survivors = 0;
      for (HeapCollection c : collections) {
        survivors = Math.max(survivors, c.survivorBytes());
      }
      touched.add(start, eden());
      touched.add(start + eden(), survivors);
      touched.add(start + eden() + survivor(), survivors);
      touched.add(oldStart(), oldUsed);
    }
  }

  @Override
  public void allocate(long bytes, long nanos) {
    long fits = Math.min(bytes, Math.max(0, eden() - edenUsed));
    actions.add(nanos, HeapAction.NEW_OBJECTS, start + edenUsed, fits, 0);
    edenUsed += fits;
    // What does not fit into eden was allocated in the old generation.
    actions.add(nanos, HeapAction.NEW_OBJECTS, oldStart() + oldUsed, bytes - fits, 0);
    oldUsed += bytes - fits;
  }

  @Override
  public void collect(int collection, boolean firstSinceFork) {
    HeapCollection c = collections.get(collection);
    if (c.full()) {
      collectAll(c);
    } else {
      collectYoung(c, firstSinceFork);
    }
    resize(collection);
  }

  private void collectYoung(HeapCollection c, boolean firstSinceFork) {
    long survivors =
        Math.min(c.survivorBytes() >= 0 ? c.survivorBytes() : keptInSurvivor(c), survivor());
    long oldAfter = Math.max(oldUsed, c.usedAfter() - survivors);
    if (firstSinceFork) {
      long copied = survivors + oldAfter - oldUsed;
      long fromEden = Math.max(c.youngestBytes(), copied - fromUsed);
      forwarding.forward(c.startNanos(), start, edenUsed, fromEden);
      forwarding.forward(c.startNanos(), fromStart(), fromUsed, fromUsed);
    }
    actions.add(c.endNanos(), HeapAction.SURVIVOR_COPY, toStart(), survivors, 0);
    actions.add(c.endNanos(), HeapAction.PROMOTION, oldStart() + oldUsed, oldAfter - oldUsed, 0);
    oldUsed = oldAfter;
    fromUsed = survivors;
    fromIsUpper = !fromIsUpper;
    edenUsed = 0;
  }

  /**
   * Where survivors are not recorded: the tenuring threshold aims at TargetSurvivorRatio of the
   * survivor space. Source: JDK 17 gc/shared/ageTable.cpp (compute_tenuring_threshold).
   */
  private long keptInSurvivor(HeapCollection c) {
    long aim = survivor() * history.flag("TargetSurvivorRatio").orElse(50) / 100;
    return Math.min(aim, Math.max(0, c.usedAfter() - oldUsed));
  }

  private void collectAll(HeapCollection c) {
    // Marks are header words, so every live object is written even where it does not move: JDK 17
    // gc/serial/markSweep.cpp (mark_object).
    forwarding.forward(c.startNanos(), start, edenUsed, c.usedAfter() - oldUsed);
    forwarding.forward(c.startNanos(), fromStart(), fromUsed, c.usedAfter() - oldUsed);
    actions.add(c.endNanos(), HeapAction.COMPACTION, oldStart(), c.usedAfter(), 0);
    oldUsed = c.usedAfter();
    fromUsed = 0;
    edenUsed = 0;
  }

  /** The young generation may grow after a full collection; the next one shows how far. */
  private void resize(int collection) {
    if (!collections.get(collection).full() || collection + 1 >= collections.size()) {
      return;
    }
    HeapCollection next = collections.get(collection + 1);
    long eden = allocatedBefore(collection + 1);
    if (next.edenFull() && eden > eden()) {
      long young = eden * (survivorRatio + 2) / survivorRatio;
      youngCommitted = Math.min(youngReserved, (young + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }
  }

  @Override
  public void observed(EdenPoints.Point point) {
    long survivors = (youngReserved - point.edenBytes()) / 2;
    if (point.edenBytes() != eden() && survivors > 0) {
      youngCommitted = Math.min(youngReserved, point.edenBytes() + 2 * survivors);
    }
    edenUsed = point.edenUsed();
    fromUsed = point.fromUsed();
    oldUsed = point.oldUsed();
    fromIsUpper = point.fromStart() > start + eden();
  }

  @Override
  public long roomInEden() {
    return Math.max(0, eden() - edenUsed);
  }
}
