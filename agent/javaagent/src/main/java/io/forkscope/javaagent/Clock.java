package io.forkscope.javaagent;

import io.forkscope.hook.AllocationHook;

/** Counts fork points (phases) and ticks (epochs), and shows both to the hooks as one stamp. */
final class Clock {
  private int phase;
  private int epoch;

  synchronized int phase() {
    return phase;
  }

  synchronized int epoch() {
    return epoch;
  }

  synchronized long stamp() {
    return (long) phase << 32 | epoch;
  }

  synchronized void tick() {
    epoch++;
    AllocationHook.advance(stamp());
  }

  /** Begins the next phase and returns it. */
  synchronized int nextPhase() {
    phase++;
    AllocationHook.advance(stamp());
    return phase;
  }

  static int phase(long stamp) {
    return (int) (stamp >>> 32);
  }

  static int epoch(long stamp) {
    return (int) stamp;
  }
}
