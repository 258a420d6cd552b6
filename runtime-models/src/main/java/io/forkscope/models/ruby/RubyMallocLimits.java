package io.forkscope.models.ruby;

/**
 * What malloc tells the collector: the increase since the last collection against a limit that
 * grows and shrinks, and the increase since the last full one. Source: CRuby 3.1.2 gc.c ({@code
 * objspace_malloc_increase_body}, {@code gc_reset_malloc_info}); limits are the defaults at its
 * head.
 */
final class RubyMallocLimits {

  private static final long LIMIT_MIN = 16 << 20;
  private static final long LIMIT_MAX = 32 << 20;
  private static final double LIMIT_GROWTH = 1.4;
  private static final double LIMIT_DECAY = 0.98;
  private static final long OLD_LIMIT_MIN = 16 << 20;
  private static final long OLD_LIMIT_MAX = 128 << 20;
  private static final double OLD_LIMIT_GROWTH = 1.2;

  private long increase;
  private long limit = LIMIT_MIN;
  private long oldIncrease;
  private long oldLimit = OLD_LIMIT_MIN;

  RubyMallocLimits(long increase, long oldIncrease) {
    this.increase = increase;
    this.oldIncrease = oldIncrease;
  }

  RubyMallocLimits(RubyMallocLimits parent) {
    increase = parent.increase;
    limit = parent.limit;
    oldIncrease = parent.oldIncrease;
    oldLimit = parent.oldLimit;
  }

  void add(long bytes) {
    increase += bytes;
    oldIncrease += bytes;
  }

  void remove(long bytes) {
    increase = Math.max(0, increase - bytes);
    oldIncrease = Math.max(0, oldIncrease - bytes);
  }

  boolean exceeded() {
    return increase > limit;
  }

  /** How many bytes may be taken until the limit is passed. */
  long room() {
    return Math.max(0, limit - increase);
  }

  /**
   * Begins a collection.
   *
   * @param byOldMalloc whether it is full because of what malloc took since the last full one
   * @return whether the next one has to be full
   */
  boolean reset(boolean full, boolean byOldMalloc) {
    if (increase > limit) {
      limit = Math.min((long) (increase * LIMIT_GROWTH), LIMIT_MAX);
    } else {
      limit = Math.max((long) (limit * LIMIT_DECAY), LIMIT_MIN);
    }
    increase = 0;
    if (full) {
      oldIncrease = 0;
      if (!byOldMalloc) {
        oldLimit = Math.max((long) (oldLimit / ((OLD_LIMIT_GROWTH - 1) / 10 + 1)), OLD_LIMIT_MIN);
      }
      return false;
    }
    if (oldIncrease <= oldLimit) {
      return false;
    }
    oldLimit = Math.min((long) (oldLimit * OLD_LIMIT_GROWTH), OLD_LIMIT_MAX);
    return true;
  }

  String stat() {
    return " malloc_increase_bytes=" + increase + " oldmalloc_increase_bytes=" + oldIncrease;
  }
}
