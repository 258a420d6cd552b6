package io.forkscope.models.cpython;

import java.util.stream.LongStream;

/**
 * When the cyclic collector runs by itself: counts of the three generations against thresholds, and
 * the rule that a full collection waits until the objects that survived young collections since the
 * last one exceed a quarter of those that lived through it.
 *
 * <p>Objects are counted, not kept: a clock counts the containers made so far, and as generations
 * are cut by age, each is an interval of it.
 *
 * <p>Source: Modules/gcmodule.c 2.7 to 3.12, _PyObject_GC_Link (_PyObject_GC_Alloc to 3.10),
 * gc_collect_generations (collect_generations to 3.9) and gc_collect_main (collect); Python/gc.c
 * 3.13.0, gc_select_generation, which has the same three generations (the incremental collector was
 * taken back before the release). Since 3.12 a collection that is due waits for the next check of
 * the eval breaker: a call or the end of a loop's round.
 */
final class Collector {

  private static final int OLDER_THRESHOLD = 10;

  /** Of a program that starts with fewer, a collection has just seen what the interpreter made. */
  private static final int JUST_COLLECTED = 50;

  /** PyTuple_MAXFREELIST, 3.12 Include/internal/pycore_tuple.h: tuples of one size. */
  private static final int TUPLE_FREE_LIST = 2000;

  /** Learns of each collection: its generation, and since what clock its objects were made. */
  @FunctionalInterface
  interface Listener {
    void collected(int generation, long since);
  }

  private final int youngThreshold;
  private final boolean defers;
  private boolean enabled = true;
  private long meanwhile;
  private long youngCount;
  private long middleCount;
  private long oldCount;
  private double youngObjects;
  private double youngSeenTwice;
  private double middleObjects;
  private double oldObjects;
  private double pending;
  private double total;
  private long clock;
  private long youngSince;
  private long middleSince;
  private boolean startupIsYoung;
  private boolean startupIsOld;
  private long frozenUntil;

  private final long[] collections = new long[3];

  /** A collector as it stands when the program begins to build. */
  Collector(CPythonVersion version, CollectorStart start) {
    youngThreshold = version.youngThreshold();
    defers = version.collectsOnEvalBreaker();
    youngCount = start.young();
    middleCount = start.middle();
    oldCount = start.old();
    youngObjects = start.young();
    startupIsYoung = start.young() >= JUST_COLLECTED;
    middleObjects = start.middleObjects();
    oldObjects = start.oldObjects();
    pending = start.oldObjects();
  }

  private Collector(Collector other) {
    youngThreshold = other.youngThreshold;
    defers = other.defers;
    enabled = other.enabled;
    youngCount = other.youngCount;
    middleCount = other.middleCount;
    oldCount = other.oldCount;
    youngObjects = other.youngObjects;
    youngSeenTwice = other.youngSeenTwice;
    middleObjects = other.middleObjects;
    pending = other.pending;
    oldObjects = other.oldObjects;
    total = other.total;
    clock = other.clock;
    youngSince = other.youngSince;
    middleSince = other.middleSince;
    startupIsYoung = other.startupIsYoung;
    startupIsOld = other.startupIsOld;
    frozenUntil = other.frozenUntil;
    System.arraycopy(other.collections, 0, collections, 0, 3);
  }

  Collector copy() {
    return new Collector(this);
  }

  void enabled(boolean on) {
    enabled = on;
  }

  boolean isEnabled() {
    return enabled;
  }

  /** Collections of a generation since the start of the program, 2 for full ones. */
  long collections(int generation) {
    return collections[generation];
  }

  /** Whether a collection of a generation or an older one has run since then. */
  boolean hasCollected(int generation) {
    return LongStream.of(collections).skip(generation).sum() > 0;
  }

  /** Containers made since the program began to build. */
  long clock() {
    return clock;
  }

  /**
   * Makes containers that stay.
   *
   * @param count how many
   * @param tracked how many of them the collector still tracks after it has seen them once
   * @param together how many are made between two checks of the eval breaker
   * @param listener of the collections that this brings about
   */
  void allocate(long count, long tracked, long together, Listener listener) {
    allocate(count, tracked, 0, together, listener);
  }

  /**
   * The same.
   *
   * @param twice how many others the collector tracks until it has seen them twice
   */
  void allocate(long count, long tracked, long twice, long together, Listener listener) {
    long left = count;
    double share = count == 0 ? 0 : (double) tracked / count;
    double twiceShare = count == 0 ? 0 : (double) twice / count;
    long round = defers ? Math.max(1, together) : 1;
    while (left > 0) {
      long due = Math.max(1, youngThreshold + 1 - meanwhile - youngCount);
      long step = enabled ? Math.min(left, (due + round - 1) / round * round) : left;
      youngCount += step;
      youngObjects += step * share;
      youngSeenTwice += step * twiceShare;
      clock += step;
      left -= step;
      collectIfDue(listener);
    }
  }

  /**
   * Makes containers of blocks from free lists, which the youngest generation's count leaves out.
   */
  void takeFromFreeLists(long count, double trackedShare) {
    youngObjects += count * trackedShare;
    clock += count;
  }

  /**
   * Containers that are alive beside those that stay while the next ones are made: a collection
   * comes so much earlier.
   */
  void holdsMeanwhile(long containers) {
    meanwhile = containers;
  }

  /** Frees containers: PyObject_GC_Del takes each off the youngest's count, down to zero. */
  void drop(long containers) {
    youngCount = Math.max(0, youngCount - containers);
  }

  /** Makes containers that die again, one after the other, before {@code meanwhile} returns. */
  void allocateFor(long count, Runnable meanwhile, Listener listener) {
    allocateFor(count, count, meanwhile, listener);
  }

  /** The same of which some only are freed. */
  void allocateFor(long count, long freed, Runnable meanwhile, Listener listener) {
    long left = count;
    while (left > 0) {
      long step = enabled ? Math.min(left, Math.max(1, youngThreshold + 1 - youngCount)) : left;
      youngCount += step;
      left -= step;
      collectIfDue(listener);
    }
    meanwhile.run();
    drop(freed);
  }

  /**
   * Makes tuples that die before the C call that makes them returns. A collection that waits for
   * the eval breaker comes when they are gone again. It takes the oldest generation that is over
   * its threshold then, even if the youngest no longer is. Tuples that dying join a free list stay
   * counted.
   */
  void allocateInCall(long count, Listener listener) {
    if (!defers) {
      allocateFor(count, () -> {}, listener);
      return;
    }
    boolean due = enabled && youngCount + count > youngThreshold;
    youngCount += Math.min(count, TUPLE_FREE_LIST);
    if (due && !collectOlderIfDue(listener)) {
      collectYoungIfDue(listener);
    }
  }

  private void collectIfDue(Listener listener) {
    if (enabled && youngCount > youngThreshold - meanwhile && !collectOlderIfDue(listener)) {
      collectYoungIfDue(listener);
    }
  }

  private void collectYoungIfDue(Listener listener) {
    if (youngCount > youngThreshold - meanwhile) {
      listener.collected(0, youngSince);
      collectYoung();
    }
  }

  /** Collects an older generation whose count exceeds its threshold; says whether one did. */
  private boolean collectOlderIfDue(Listener listener) {
    if (oldCount > OLDER_THRESHOLD && pending >= total / 4) {
      listener.collected(2, frozenUntil);
      collectFull();
    } else if (middleCount > OLDER_THRESHOLD) {
      listener.collected(1, middleSince);
      collectMiddle();
    } else {
      return false;
    }
    return true;
  }

  private void collectYoung() {
    collections[0]++;
    middleObjects += youngObjects;
    youngObjects = 0;
    youngSeenTwice = 0; // the next collection that sees them untracks them
    youngCount = 0;
    middleCount++;
    youngSince = clock;
    startupIsYoung = false;
  }

  private void collectMiddle() {
    collections[1]++;
    pending += youngObjects + middleObjects + youngSeenTwice;
    youngSeenTwice = 0;
    oldObjects += youngObjects + middleObjects;
    youngObjects = 0;
    middleObjects = 0;
    youngCount = 0;
    middleCount = 0;
    oldCount++;
    youngSince = clock;
    middleSince = clock;
    startupIsYoung = false;
    startupIsOld = true;
  }

  /** A collection of a generation and those below it, by gc.collect(generation). */
  void collect(int generation) {
    switch (generation) {
      case 0 -> collectYoung();
      case 1 -> collectMiddle();
      default -> collectFull();
    }
  }

  private void collectFull() {
    collections[2]++;
    oldObjects += youngObjects + middleObjects;
    total = oldObjects + youngSeenTwice;
    youngSeenTwice = 0;
    pending = 0;
    youngObjects = 0;
    middleObjects = 0;
    youngCount = 0;
    middleCount = 0;
    oldCount = 0;
    youngSince = clock;
    middleSince = clock;
    startupIsYoung = false;
    startupIsOld = true;
  }

  /** The clock since which no collection but young ones has seen what was made. */
  long middleSince() {
    return middleSince;
  }

  /** The clock since which no collection has seen what was made. */
  long youngSince() {
    return youngSince;
  }

  /** The clock from which on objects are not frozen. */
  long frozenUntil() {
    return frozenUntil;
  }

  /** Whether what the interpreter made last is still in a generation, or in a younger one. */
  boolean holdsStartup(int generation) {
    return switch (generation) {
      case 0 -> startupIsYoung;
      case 1 -> !startupIsOld;
      default -> true;
    };
  }

  /** {@code gc.freeze()}: all objects leave the generations; the 25 % rule forgets nothing. */
  void freeze() {
    oldObjects = 0;
    youngObjects = 0;
    middleObjects = 0;
    youngCount = 0;
    middleCount = 0;
    oldCount = 0;
    youngSince = clock;
    middleSince = clock;
    startupIsYoung = false;
    startupIsOld = true;
    frozenUntil = clock;
  }
}
