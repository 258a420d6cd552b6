package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.ArrayList;
import java.util.List;

/**
 * Lua 5.4's collector: bytes allocated are debt, debt starts steps, and steps write object headers.
 * In generational mode a step is a young collection, a major one after memory has doubled, or,
 * after a major one that freed little, a whole incremental cycle at once. In incremental mode a
 * step does work in proportion to its debt.
 *
 * <p>Source: Lua 5.4.4 lgc.c ({@code genstep}, {@code stepgenfull}, {@code youngcollection}, {@code
 * incstep}, {@code setpause}), lgc.h (parameters), lua.c (the command starts in generational mode).
 */
final class LuaCollector {

  /** Parameters of lgc.h: LUAI_GCPAUSE, LUAI_GENMAJORMUL, LUAI_GENMINORMUL, GCSWEEPMAX. */
  private static final int PAUSE = 200;

  private static final int MAJOR = 100;
  static final int MINOR = 20;
  static final int SWEEP_UNITS = 100;

  /** Units of work for a byte of debt: LUAI_GCMUL | 1 over WORK2MEM, sizeof(TValue). */
  private static final int STEP_MULTIPLIER = 101;

  private static final int WORK_BYTES = 16;

  /** LUAI_GCSTEPSIZE: 8 KiB. */
  private static final long STEP_UNITS = (1L << 13) / WORK_BYTES * STEP_MULTIPLIER;

  private final LuaHeapImage image;
  private final ProcessMemory memory;
  private final GlibcHeap heap;
  private final LuaStringTable strings;
  private final List<LuaPopulation> populations;

  private long total;
  private long debt;
  private long estimate;
  private long lastAtomic;
  private boolean generational;
  private boolean incrementalKind;
  private boolean stopped;

  /** Elements created in this process; and those before each border of the generations. */
  private long created;

  private long reallyOld;
  private long old1;
  private long survival;

  /** Units of work that visiting the interpreter's own objects takes. */
  private final long startWork;

  private final LuaIncrement increment;
  private final LuaSweep sweep;
  private final LuaBoxes boxes;
  private final List<long[]> lost = new ArrayList<>();

  LuaCollector(
      ProcessMemory memory,
      GlibcHeap heap,
      LuaHeapImage image,
      LuaStringTable strings,
      List<LuaPopulation> populations,
      LuaStart start) {
    this.memory = memory;
    this.heap = heap;
    this.image = image;
    this.strings = strings;
    this.populations = populations;
    this.increment = new LuaIncrement();
    this.sweep = new LuaSweep(memory, heap, strings, this::account);
    this.boxes = new LuaBoxes();
    this.generational = true;
    total = start.total();
    estimate = start.estimate();
    startWork = start.work();
    debt = total - start.firstStep();
    if (start.garbage() > 0) {
      lost.add(new long[] {image.garbage(), start.garbage()});
    }
  }

  LuaCollector(
      LuaCollector parent,
      ProcessMemory memory,
      GlibcHeap heap,
      LuaStringTable strings,
      List<LuaPopulation> populations) {
    this.memory = memory;
    this.heap = heap;
    this.image = parent.image;
    this.strings = strings;
    this.populations = populations;
    total = parent.total;
    debt = parent.debt;
    estimate = parent.estimate;
    lastAtomic = parent.lastAtomic;
    generational = parent.generational;
    incrementalKind = parent.incrementalKind;
    stopped = parent.stopped;
    created = parent.created;
    reallyOld = parent.reallyOld;
    old1 = parent.old1;
    survival = parent.survival;
    increment = new LuaIncrement(parent.increment);
    sweep = new LuaSweep(memory, heap, strings, this::account);
    boxes = new LuaBoxes(parent.boxes);
    lost.addAll(parent.lost);
    startWork = parent.startWork;
  }

  LuaBoxes boxes() {
    return boxes;
  }

  LuaSweep sweep() {
    return sweep;
  }

  /** Number of the next element that is created. */
  long created() {
    return created;
  }

  void elementsCreated(long count) {
    created += count;
  }

  /** Bytes are allocated, or given back if negative. */
  void account(long bytes) {
    total += bytes;
    debt += bytes;
  }

  /** How many bytes may be allocated without a step. */
  long untilStep() {
    return stopped ? Long.MAX_VALUE : Math.max(0, -debt);
  }

  void stop() {
    stopped = true;
  }

  void restart() {
    stopped = false;
    debt = 0;
  }

  /** collectgarbage("generational") and ("incremental"): luaC_changemode. */
  void changeMode(boolean toGenerational) {
    if (toGenerational && (incrementalKind || !generational)) {
      enterGenerational();
    } else if (!toGenerational && !incrementalKind) {
      whiten();
      incrementalKind = true;
    }
    generational = toGenerational;
    lastAtomic = 0;
  }

  /** luaC_checkGC: takes a step if there is debt. */
  void check() {
    if (!stopped && debt > 0) {
      if (generational) {
        generationalStep();
      } else {
        incrementalStep();
      }
    }
  }

  /** A full collection: luaC_fullgc. */
  void collect() {
    if (incrementalKind) {
      finishSweep();
      if (increment.isMarking()) {
        whiten();
      }
      increment.reset();
      cycle(false);
    } else {
      whiten();
      enterGenerational();
    }
    if (incrementalKind) {
      setPause();
    }
  }

  /** collectgarbage("step"): a step without debt. */
  void step() {
    debt = 0;
    if (!generational) {
      incrementalStep();
    } else if (lastAtomic != 0) {
      fullStep();
    } else {
      young();
      setMinorDebt();
    }
  }

  /** A block that nothing refers to; it is freed when the collector next sweeps. */
  void lose(long address, long bytes) {
    account(bytes);
    check();
    lost.add(new long[] {address, bytes});
  }

  private void freeLost() {
    for (long[] block : lost) {
      heap.free(block[0], block[1]);
      account(-block[1]);
    }
    lost.clear();
  }

  private void generationalStep() {
    if (lastAtomic != 0) {
      fullStep();
    } else if (total > estimate + estimate / 100 * MAJOR) {
      long base = estimate;
      whiten();
      long work = enterGenerational();
      if (total < base + base / 100 * MAJOR / 2) {
        setMinorDebt();
      } else {
        lastAtomic = work;
        setPause();
      }
    } else {
      young();
      setMinorDebt();
    }
  }

  /** stepgenfull: stays incremental while collections visit an eighth more than the last. */
  private void fullStep() {
    if (!incrementalKind) {
      whiten();
      incrementalKind = true;
    }
    long work = work();
    if (work < lastAtomic + (lastAtomic >> 3)) {
      enterGenerational();
      setMinorDebt();
    } else {
      cycle(false);
      setPause();
      lastAtomic = work;
    }
  }

  /** entergen: marks everything, frees the dead, and turns the living old; the work of marking. */
  private long enterGenerational() {
    finishSweep();
    if (increment.isMarking()) {
      cycle(false);
    }
    long work = work();
    cycle(true);
    reallyOld = created;
    old1 = created;
    survival = created;
    incrementalKind = false;
    increment.reset();
    lastAtomic = 0;
    estimate = total;
    return work;
  }

  /** One whole cycle: marks, sweeps, frees, and shrinks the string table. */
  private void cycle(boolean turnOld) {
    mark();
    estimate = total;
    long before = total;
    long boxesBorn = boxes.born();
    condemn();
    for (int i = populations.size() - 1; i >= 0; i--) {
      LuaPopulation population = populations.get(i);
      long younger = Math.max(0, Math.min(population.made, boxesBorn - population.born));
      sweep.elements(population, younger, population.made);
      if (younger > 0) {
        account(-boxes.free(heap));
        sweep.elements(population, 0, younger);
      }
    }
    account(-boxes.free(heap));
    boxes.collect(memory.sink(LuaCauses.MARK), turnOld, created);
    image.touch(memory.sink(LuaCauses.SWEEP));
    checkSizes();
    estimate += total - before;
  }

  private void condemn() {
    populations.forEach(LuaPopulation::condemn);
  }

  private void checkSizes() {
    freeLost();
    account(-strings.shrinkIfEmpty(populations));
  }

  private void mark() {
    WriteSink sink = memory.sink(LuaCauses.MARK);
    image.touch(sink);
    for (LuaPopulation population : populations) {
      markElements(population, 0, population.made);
    }
  }

  private void markElements(LuaPopulation population, long from, long to) {
    if (population.dropped) {
      return;
    }
    WriteSink sink = memory.sink(LuaCauses.MARK);
    if (population.header != 0) {
      sink.write(population.header, 10);
    }
    population.touch(sink, from, Math.min(to, population.count));
  }

  /** Units of work that visiting everything takes. */
  private long work() {
    long work = startWork + boxes.waiting();
    for (LuaPopulation population : populations) {
      if (!population.dropped && !population.fleeting) {
        work += population.tableWork() + population.count * population.value.work();
      }
    }
    return work;
  }

  private void whiten() {
    WriteSink sink = memory.sink(LuaCauses.SWEEP);
    image.touch(sink);
    boxes.touch(sink);
    for (LuaPopulation population : populations) {
      population.touch(sink, 0, population.count);
    }
  }

  /** youngcollection: writes what was created since two young collections before the last. */
  private void young() {
    image.touchYoung(memory.sink(LuaCauses.MARK));
    WriteSink sink = memory.sink(LuaCauses.MARK);
    account(-boxes.collectYoung(sink, heap, created));
    condemn();
    for (int i = populations.size() - 1; i >= 0; i--) {
      LuaPopulation population = populations.get(i);
      long from = Math.max(0, reallyOld - population.born);
      if (from < population.made) {
        if (!population.dropped) {
          population.touch(sink, from, population.count);
        }
        sweep.elements(population, from, population.made);
      }
    }
    reallyOld = old1;
    old1 = survival;
    survival = created;
    checkSizes();
  }

  private void incrementalStep() {
    long units = debt / WORK_BYTES * STEP_MULTIPLIER;
    do {
      units -= singleStep(units + STEP_UNITS);
    } while (units > -STEP_UNITS && !increment.isPaused());
    if (increment.isPaused()) {
      setPause();
    } else {
      debt = units / STEP_MULTIPLIER * WORK_BYTES;
    }
  }

  /** One or, where they are alike, many single steps; the work they took. */
  private long singleStep(long wanted) {
    switch (increment.phase) {
      case PAUSED -> {
        image.touch(memory.sink(LuaCauses.MARK));
        increment.start(populations);
        return startWork;
      }
      case TABLE -> {
        LuaPopulation population = populations.get(increment.population);
        increment.markedTo[increment.population] = population.count;
        markElements(population, 0, population.count);
        increment.tableDone(population);
        return population.tableWork();
      }
      case PARTS -> {
        LuaPopulation population = populations.get(increment.population);
        return increment.parts(population, wanted);
      }
      case ATOMIC -> {
        long work = startWork / 10;
        for (int i = 0; i < increment.markedTo.length; i++) {
          LuaPopulation population = populations.get(i);
          if (!population.dropped && population.count > increment.markedTo[i]) {
            // grown since it was visited: a back barrier has put it into grayagain
            markElements(population, increment.markedTo[i], population.count);
            work += population.tableWork();
          }
        }
        estimate = total;
        work += boxes.waiting();
        increment.startSweep(populations, boxes.waiting());
        condemn();
        account(-boxes.free(heap));
        boxes.collect(memory.sink(LuaCauses.MARK), false, created);
        return work;
      }
      case SWEEP -> {
        return sweepStep(wanted);
      }
      default -> {
        return increment.finalise(wanted);
      }
    }
  }

  /** luaC_runtilstate: what is left of a sweep is done before the next cycle begins. */
  private void finishSweep() {
    while (increment.phase == LuaIncrement.Phase.SWEEP) {
      sweepStep(Long.MAX_VALUE);
    }
  }

  private long sweepStep(long wanted) {
    if (increment.population < 0) {
      image.touch(memory.sink(LuaCauses.SWEEP));
      checkSizes();
      increment.swept();
      return startWork / 10;
    }
    LuaPopulation population = populations.get(increment.population);
    long before = total;
    long objects = Math.max(1, population.objects());
    long elements = Math.min(increment.sweepFrom, Math.max(1, wanted / objects));
    long from = increment.sweepFrom - elements;
    if (elements > 0) {
      sweep.elements(population, from, increment.sweepFrom);
    }
    increment.swept(from, populations);
    estimate += total - before;
    return elements * objects;
  }

  private void setPause() {
    long threshold = Math.max(1, estimate / 100) * PAUSE;
    debt = Math.min(0, total - threshold);
  }

  private void setMinorDebt() {
    debt = -(total / 100) * MINOR;
  }
}
