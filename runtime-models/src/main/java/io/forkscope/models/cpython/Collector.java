package io.forkscope.models.cpython;

/**
 * When the cyclic collector runs by itself: counts of the three generations against thresholds, and
 * the rule that a full collection waits until the objects that survived young collections since the
 * last one exceed a quarter of those that lived through it.
 *
 * <p>Source: Modules/gcmodule.c, collect_generations and gc_collect_main, 2.7 to 3.12; Python/gc.c
 * 3.13.0. Objects are counted, not kept.
 */
final class Collector {

  private static final int OLDER_THRESHOLD = 10;

  private final int youngThreshold;
  private boolean enabled = true;
  private long youngCount;
  private long middleCount;
  private long oldCount;
  private long youngObjects;
  private long middleObjects;
  private long pending;
  private long total;

  /** Whether the interpreter's own objects have not yet reached the oldest generation. */
  private boolean startupIsYoung;

  private boolean startupSwept;
  private final long[] collections = new long[3];

  /** A collector as it stands when the program begins to build: measured with gc.get_count(). */
  Collector(CPythonVersion version) {
    this.youngThreshold = version.youngThreshold();
    long[] start = switch (version) { // gc.get_count() and objects of each generation at that point
          case V2_7 -> new long[] {200, 10, 0, 4004, 0};
          case V3_6 -> new long[] {582, 5, 1, 700, 5800};
          case V3_7 -> new long[] {13, 4, 1, 700, 5300};
          case V3_8 -> new long[] {105, 2, 1, 1171, 4816};
          case V3_9 -> new long[] {488, 0, 1, 0, 5074};
          case V3_10 -> new long[] {612, 2, 1, 928, 4704};
          case V3_11 -> new long[] {380, 2, 2, 234, 10915};
          case V3_12 -> new long[] {379, 8, 0, 6549, 0};
          case V3_13 -> new long[] {1274, 4, 0, 5727, 0};
        };
    startupIsYoung = start[4] == 0;
    youngCount = start[0];
    middleCount = start[1];
    oldCount = start[2];
    youngObjects = start[0];
    middleObjects = start[3];
    pending = start[4];
  }

  private Collector(Collector other) {
    youngThreshold = other.youngThreshold;
    enabled = other.enabled;
    youngCount = other.youngCount;
    middleCount = other.middleCount;
    oldCount = other.oldCount;
    youngObjects = other.youngObjects;
    middleObjects = other.middleObjects;
    pending = other.pending;
    total = other.total;
    startupIsYoung = other.startupIsYoung;
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

  /**
   * Creates containers that stay.
   *
   * @param count how many
   * @param tracked how many of them the collector still tracks after it has seen them once
   * @return how many full collections ran
   */
  long allocate(long count, long tracked) {
    long full = collections[2];
    long left = count;
    double share = count == 0 ? 0 : (double) tracked / count;
    while (left > 0) {
      long step = enabled ? Math.min(left, Math.max(1, youngThreshold + 1 - youngCount)) : left;
      youngCount += step;
      youngObjects += Math.round(step * share);
      left -= step;
      if (enabled && youngCount > youngThreshold) {
        collectGenerations();
      }
    }
    return collections[2] - full;
  }

  private void collectGenerations() {
    if (oldCount > OLDER_THRESHOLD && pending >= total / 4) {
      collectFull();
    } else if (middleCount > OLDER_THRESHOLD) {
      collections[1]++;
      startupSwept |= startupIsYoung;
      startupIsYoung = false;
      pending += youngObjects + middleObjects;
      youngObjects = 0;
      middleObjects = 0;
      youngCount = 0;
      middleCount = 0;
      oldCount++;
    } else {
      collections[0]++;
      middleObjects += youngObjects;
      youngObjects = 0;
      youngCount = 0;
      middleCount++;
    }
  }

  /** A full collection, also by gc.collect(). */
  void collectFull() {
    collections[2]++;
    startupIsYoung = false;
    total += pending + youngObjects + middleObjects;
    pending = 0;
    youngObjects = 0;
    middleObjects = 0;
    youngCount = 0;
    middleCount = 0;
    oldCount = 0;
  }

  /** Whether a collection of the middle generation has just met the interpreter's own objects. */
  boolean takeStartupSweep() {
    boolean swept = startupSwept;
    startupSwept = false;
    return swept;
  }

  /** {@code gc.freeze()}: all objects leave the generations. */
  void freeze() {
    youngObjects = 0;
    middleObjects = 0;
    pending = 0;
    youngCount = 0;
    middleCount = 0;
    oldCount = 0;
    startupIsYoung = false;
  }
}
