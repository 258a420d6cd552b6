package io.forkscope.models.lua;

import java.util.List;

/** How far an incremental cycle has come. Source: Lua 5.4.4 lgc.c, singlestep. */
final class LuaIncrement {

  /** Units of work for a finaliser, and how many one step calls: GCFINALIZECOST, GCFINMAX. */
  private static final long FINALISER_WORK = 50;

  private static final long FINALISERS = 10;

  /** States of the collector; propagating is split into a table and what its elements hold. */
  enum Phase {
    PAUSED,
    TABLE,
    PARTS,
    ATOMIC,
    SWEEP,
    FINALISE
  }

  Phase phase = Phase.PAUSED;

  /** Population that is visited or swept, and how many of its elements are still to do. */
  int population;

  long sweepFrom;
  private long partsLeft;

  /** Objects whose finaliser this cycle has still to call. */
  private long finalisersLeft;

  /** Elements of each population that are marked in this cycle. */
  long[] markedTo = {};

  LuaIncrement() {}

  LuaIncrement(LuaIncrement other) {
    phase = other.phase;
    population = other.population;
    sweepFrom = other.sweepFrom;
    partsLeft = other.partsLeft;
    finalisersLeft = other.finalisersLeft;
    markedTo = other.markedTo.clone();
  }

  boolean isPaused() {
    return phase == Phase.PAUSED;
  }

  /** keepinvariant: black objects may not refer to white ones. */
  boolean isMarking() {
    return phase == Phase.TABLE || phase == Phase.PARTS || phase == Phase.ATOMIC;
  }

  void reset() {
    phase = Phase.PAUSED;
    population = 0;
    sweepFrom = 0;
    partsLeft = 0;
    finalisersLeft = 0;
    markedTo = new long[0];
  }

  void start(List<LuaPopulation> populations) {
    markedTo = new long[populations.size()];
    population = -1;
    nextTable(populations.size());
  }

  private void nextTable(int populations) {
    population++;
    phase = population < populations ? Phase.TABLE : Phase.ATOMIC;
  }

  void tableDone(LuaPopulation of) {
    partsLeft = of.fleeting || of.dropped ? 0 : of.count;
    phase = Phase.PARTS;
  }

  /** Visits elements that hold others until the work is done; the work it took. */
  long parts(LuaPopulation of, long wanted) {
    long work = of.value.work();
    long elements = work == 0 ? partsLeft : Math.min(partsLeft, Math.max(1, wanted / work));
    partsLeft -= elements;
    if (partsLeft == 0) {
      nextTable(markedTo.length);
    }
    return elements * work;
  }

  void startSweep(List<LuaPopulation> populations, long finalisers) {
    phase = Phase.SWEEP;
    finalisersLeft = finalisers;
    population = populations.size() - 1;
    sweepFrom = population < 0 ? 0 : populations.get(population).made;
  }

  /** The elements from {@code element} on are swept. */
  void swept(long element, List<LuaPopulation> populations) {
    sweepFrom = element;
    if (element == 0) {
      population--;
      sweepFrom = population < 0 ? 0 : populations.get(population).made;
    }
  }

  /** All is swept. */
  void swept() {
    if (finalisersLeft == 0) {
      reset();
    } else {
      phase = Phase.FINALISE;
    }
  }

  /** Calls finalisers until the work is done; the work it took. */
  long finalise(long wanted) {
    long steps =
        Math.max(1, (wanted + FINALISERS * FINALISER_WORK - 1) / (FINALISERS * FINALISER_WORK));
    long called = Math.min(finalisersLeft, steps * FINALISERS);
    finalisersLeft -= called;
    swept();
    return called * FINALISER_WORK;
  }
}
