package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayDeque;

/**
 * When CRuby collects, and what a collection writes: marking with ages and bitmaps, incremental
 * marking of automatic full collections, lazy sweeping, heap growth, and the malloc limits. Follows
 * CRuby 3.1.2 gc.c function by function ({@code gc_start}, {@code gc_marks_start}, {@code
 * gc_marks_finish}, {@code gc_marks_continue}, {@code gc_sweep_step}, {@code gc_sweep_finish},
 * {@code heap_prepare}, {@code heap_extend_pages}, {@code gc_reset_malloc_info}); constants are the
 * defaults at its head. Longer than 400 lines would be two machines that share every counter.
 *
 * <p>Marking is taken at its end: the objects reachable then are aged once. A child of an old
 * object becomes old at once ({@code rgengc_check_relation}).
 */
final class RubyCollector {

  private static final int HEAP_INIT_SLOTS = 10_000;
  private static final int HEAP_FREE_SLOTS = 4096;
  private static final double GROWTH_FACTOR = 1.8;
  private static final double FREE_MIN_RATIO = 0.20;
  private static final double FREE_GOAL_RATIO = 0.40;
  private static final double FREE_MAX_RATIO = 0.65;
  private static final double OLD_LIMIT_FACTOR = 2.0;
  private static final long MALLOC_LIMIT_MIN = 16 << 20;
  private static final long MALLOC_LIMIT_MAX = 32 << 20;
  private static final double MALLOC_LIMIT_GROWTH = 1.4;
  private static final long OLDMALLOC_LIMIT_MIN = 16 << 20;
  private static final long OLDMALLOC_LIMIT_MAX = 128 << 20;
  private static final double OLDMALLOC_LIMIT_GROWTH = 1.2;

  /** Free slots after which a lazy sweep step ends: gc_sweep_step. */
  private static final int SWEEP_STEP_SLOTS = 2048;

  private static final int UNLINK_LIMIT = 3;

  /** {@code FREE_BYTES}: flags and next pointer of a slot on a free list. */
  private static final int FREE_SLOT_BYTES = 16;

  private final RubyHeap heap;
  private final RubyRoots roots;
  private final ArrayDeque<RubyHeapPage> pooled = new ArrayDeque<>();

  private boolean disabled;
  private boolean incremental;
  private boolean fullMarking;
  private boolean needMajor;
  private boolean majorByOldmalloc;
  private boolean needMajorByOldmalloc;
  private int sweepIndex = -1;
  private int sweepEnd;
  private int emptied;
  private long count;
  private long majors = 2;
  private long lastMajor;
  private long markedSlots;
  private long oldObjects;
  private long oldLimit;
  private long unprotected;
  private long unprotectedLimit;
  private long allocatablePages;
  private long freeablePages;
  private long pooledSlots;
  private long stepSlots;
  private long markRemaining;
  private long aged;
  private boolean sweepImmediately;
  private long mallocIncrease;
  private long mallocLimit = MALLOC_LIMIT_MIN;
  private long oldmallocIncrease;
  private long oldmallocLimit = OLDMALLOC_LIMIT_MIN;

  /** The collector of the start image, in the lazy sweep of its 14th collection. */
  RubyCollector(RubyHeap heap, RubyRoots roots) {
    this.heap = heap;
    this.roots = roots;
    // measured: GC.stat of the start image
    count = 14;
    lastMajor = 12;
    markedSlots = 31206;
    oldObjects = 30991;
    oldLimit = 50688;
    unprotected = 197;
    unprotectedLimit = 394;
    mallocIncrease = 349_792;
    oldmallocIncrease = 3_889_216;
    sweepIndex = 0;
    while (sweepIndex < heap.pages.size() && heap.pages.get(sweepIndex).swept) {
      sweepIndex++;
    }
    sweepEnd = heap.pages.size();
  }

  RubyCollector(RubyCollector parent, RubyHeap heap, RubyRoots roots) {
    this.heap = heap;
    this.roots = roots;
    disabled = parent.disabled;
    incremental = parent.incremental;
    fullMarking = parent.fullMarking;
    needMajor = parent.needMajor;
    majorByOldmalloc = parent.majorByOldmalloc;
    needMajorByOldmalloc = parent.needMajorByOldmalloc;
    sweepIndex = parent.sweepIndex;
    sweepEnd = parent.sweepEnd;
    emptied = parent.emptied;
    count = parent.count;
    majors = parent.majors;
    lastMajor = parent.lastMajor;
    markedSlots = parent.markedSlots;
    oldObjects = parent.oldObjects;
    oldLimit = parent.oldLimit;
    unprotected = parent.unprotected;
    unprotectedLimit = parent.unprotectedLimit;
    allocatablePages = parent.allocatablePages;
    freeablePages = parent.freeablePages;
    pooledSlots = parent.pooledSlots;
    stepSlots = parent.stepSlots;
    markRemaining = parent.markRemaining;
    mallocIncrease = parent.mallocIncrease;
    mallocLimit = parent.mallocLimit;
    oldmallocIncrease = parent.oldmallocIncrease;
    oldmallocLimit = parent.oldmallocLimit;
    for (RubyHeapPage page : parent.pooled) {
      pooled.addLast(heap.pages.get(parent.heap.pages.indexOf(page)));
    }
  }

  /** GC.start; GC.start(full_mark: false) if not {@code full}. */
  void collect(boolean full) {
    finishUnderWay();
    start(full, true, true);
  }

  /** GC.disable, which ends a collection under way. */
  void disable() {
    finishUnderWay();
    disabled = true;
  }

  /** Counters as GC.stat names them, for comparison with a real process. */
  String stat() {
    return "count="
        + count
        + " major_gc_count="
        + majors
        + " heap_allocated_pages="
        + heap.pages.size()
        + " heap_allocatable_pages="
        + allocatablePages
        + " old_objects="
        + oldObjects
        + " old_objects_limit="
        + oldLimit
        + " malloc_increase_bytes="
        + mallocIncrease
        + " oldmalloc_increase_bytes="
        + oldmallocIncrease
        + " state="
        + (sweeping() ? "sweeping" : incremental ? "marking" : "none");
  }

  /** Tells that slots were taken. */
  void allocated(long slots) {
    if (incremental) {
      markRemaining += slots;
    }
  }

  /** Accounts a malloc, and collects when the limit is passed. */
  void malloced(long bytes) {
    mallocIncrease += bytes;
    oldmallocIncrease += bytes;
    if (mallocIncrease > mallocLimit && !disabled) {
      if (sweeping()) {
        sweepRest();
      }
      if (mallocIncrease > mallocLimit) {
        finishUnderWay();
        start(false, false, false);
      }
    }
  }

  /** Accounts a malloc that may not collect. */
  void accounted(long bytes) {
    mallocIncrease += bytes;
    oldmallocIncrease += bytes;
  }

  /** Accounts a free. */
  void freed(long bytes) {
    mallocIncrease = Math.max(0, mallocIncrease - bytes);
    oldmallocIncrease = Math.max(0, oldmallocIncrease - bytes);
  }

  /** {@code heap_prepare}: finds the allocator a page with free slots. */
  void prepare() {
    if (sweeping()) {
      sweepStep();
    } else if (incremental) {
      continueMarking();
    }
    if (heap.freePages.isEmpty() && (needMajor || !increment())) {
      startByAllocation();
    }
  }

  private void startByAllocation() {
    if (disabled) {
      // ready_to_gc: a heap that may not collect grows by a page.
      if (heap.freePages.isEmpty() && !increment()) {
        allocatablePages = 1;
        increment();
      }
      return;
    }
    start(false, false, false);
  }

  private boolean increment() {
    if (allocatablePages <= 0) {
      return false;
    }
    allocatablePages--;
    heap.addPage();
    return true;
  }

  private void start(boolean full, boolean immediateMark, boolean immediateSweep) {
    boolean doFull = full || needMajor;
    majorByOldmalloc = needMajorByOldmalloc;
    needMajor = false;
    needMajorByOldmalloc = false;
    incremental = doFull && !immediateMark;
    count++;
    resetMalloc(doFull);
    fullMarking = doFull;
    startMarking();
    if (incremental) {
      markRemaining = roots.liveObjects(heap);
      sweepImmediately = immediateSweep;
      return;
    }
    finishMarking();
    sweep(immediateSweep);
  }

  private void resetMalloc(boolean full) {
    if (mallocIncrease > mallocLimit) {
      mallocLimit = Math.min((long) (mallocIncrease * MALLOC_LIMIT_GROWTH), MALLOC_LIMIT_MAX);
    } else {
      mallocLimit = Math.max((long) (mallocLimit * 0.98), MALLOC_LIMIT_MIN);
    }
    mallocIncrease = 0;
    if (!full) {
      if (oldmallocIncrease > oldmallocLimit) {
        needMajor = true;
        needMajorByOldmalloc = true;
        oldmallocLimit =
            Math.min((long) (oldmallocLimit * OLDMALLOC_LIMIT_GROWTH), OLDMALLOC_LIMIT_MAX);
      }
    } else {
      oldmallocIncrease = 0;
      if (!majorByOldmalloc) {
        oldmallocLimit =
            Math.max(
                (long) (oldmallocLimit / ((OLDMALLOC_LIMIT_GROWTH - 1) / 10 + 1)),
                OLDMALLOC_LIMIT_MIN);
      }
    }
  }

  private void startMarking() {
    if (!fullMarking) {
      markedSlots = oldObjects + unprotected;
      return;
    }
    stepSlots = markedSlots * 2 / (pooledSlots / RubyHeap.PAGE_OBJ_LIMIT + 1);
    lastMajor = count;
    majors++;
    unprotected = 0;
    oldObjects = 0;
    markedSlots = 0;
    WriteSink bits = heap.memory.sink(RubyCauses.MARK_BITS);
    for (RubyHeapPage page : heap.pages) {
      page.writeStruct(bits);
    }
  }

  /** {@code gc_marks_continue}. */
  private void continueMarking() {
    boolean provided = false;
    if (!pooled.isEmpty()) {
      int slots = 0;
      while (!pooled.isEmpty() && slots < RubyHeap.PAGE_OBJ_LIMIT) {
        slots += movePooled();
      }
      provided = true;
    } else {
      provided = increment();
    }
    if (!provided) {
      pooled.clear();
      markRest();
      return;
    }
    markRemaining -= stepSlots;
    if (markRemaining <= 0) {
      if (!pooled.isEmpty()) {
        movePooled();
        return;
      }
      markRest();
    }
  }

  private int movePooled() {
    RubyHeapPage page = pooled.pop();
    heap.freePages.push(page);
    return page.free;
  }

  private void markRest() {
    pooled.clear();
    incremental = false;
    finishMarking();
    sweep(sweepImmediately);
  }

  private void finishMarking() {
    roots.ageHolders();
    ageObjects();
    roots.markStack(aged, fullMarking);
    if (fullMarking) {
      setOldLimits();
    }
    decideGrowth();
    roots.transientHeapMarked(this);
  }

  private void setOldLimits() {
    unprotectedLimit = (long) (unprotected * OLD_LIMIT_FACTOR);
    oldLimit = (long) (oldObjects * OLD_LIMIT_FACTOR);
  }

  private void ageObjects() {
    WriteSink age = heap.memory.sink(RubyCauses.AGE);
    WriteSink bits = heap.memory.sink(RubyCauses.MARK_BITS);
    boolean[] byOld = roots.heldByOld();
    aged = 0;
    for (RubyHeapPage page : heap.pages) {
      if (page.settled && !fullMarking) {
        continue;
      }
      if (page.settled) {
        oldObjects += page.length();
        markedSlots += page.length();
        continue;
      }
      if (agePage(page, byOld, age)) {
        page.writeStruct(bits);
      }
    }
  }

  /** Ages the live objects of a page; returns whether a bit of its bitmaps changed. */
  private boolean agePage(RubyHeapPage page, boolean[] byOld, WriteSink age) {
    byte[] slots = page.view();
    boolean settled = true;
    boolean marked = false;
    int runFrom = -1;
    for (int i = 0; i < slots.length; i++) {
      int slot = slots[i];
      if (RubySlots.isYoungAndLive(slot)) {
        if (runFrom < 0) {
          runFrom = i;
          slots = page.own();
        }
        int grown = byOld[RubySlots.owner(slot)] ? RubySlots.OLD : (slot & RubySlots.AGE) + 1;
        slots[i] = (byte) ((slot & ~RubySlots.AGE) | grown);
        markedSlots++;
        aged++;
        marked = true;
        if (grown == RubySlots.OLD) {
          oldObjects++;
        } else {
          settled = false;
        }
        continue;
      }
      if (runFrom >= 0) {
        page.write(age, runFrom, i, Long.BYTES);
        runFrom = -1;
      }
      if ((slot & RubySlots.DOOMED) != 0 && (slot & RubySlots.SPARED) != 0) {
        slots = page.own();
        slots[i] = (byte) (slot & ~RubySlots.SPARED);
      }
      if (slot == 0 || (slot & (RubySlots.DOOMED | RubySlots.UNPROTECTED)) != 0) {
        settled = false;
      }
      marked |= countMarked(slot);
    }
    if (runFrom >= 0) {
      page.write(age, runFrom, slots.length, Long.BYTES);
    }
    page.settled = settled;
    return marked;
  }

  /** Counts an object whose header a mark does not write. */
  private boolean countMarked(int slot) {
    if (!fullMarking || slot == 0 || (slot & RubySlots.DOOMED) != 0) {
      return false;
    }
    markedSlots++;
    if ((slot & RubySlots.UNPROTECTED) != 0) {
      unprotected++;
    } else {
      oldObjects++;
    }
    return true;
  }

  /** The second half of {@code gc_marks_finish}. */
  private void decideGrowth() {
    long eden = 0;
    for (RubyHeapPage page : heap.pages) {
      eden += page.length();
    }
    long total = allocatablePages * RubyHeap.PAGE_OBJ_LIMIT + eden;
    long toSweep = total - markedSlots;
    long maxFree = Math.max((long) (total * FREE_MAX_RATIO), HEAP_INIT_SLOTS);
    long minFree = Math.max((long) (total * FREE_MIN_RATIO), HEAP_FREE_SLOTS);
    freeablePages = toSweep > maxFree ? (toSweep - maxFree) / RubyHeap.PAGE_OBJ_LIMIT : 0;
    boolean full = fullMarking;
    if (toSweep < minFree) {
      if (!full) {
        if (count - lastMajor < RubySlots.OLD) {
          full = true;
        } else {
          needMajor = true;
        }
      }
      if (full) {
        allocatablePages = extension(toSweep, total, heap.pages.size() + allocatablePages);
        increment();
      }
    }
    if (full) {
      setOldLimits();
    }
    if (unprotected > unprotectedLimit || oldObjects > oldLimit) {
      needMajor = true;
    }
  }

  /** {@code heap_extend_pages}. */
  private static long extension(long free, long total, long used) {
    double f = (double) (total - free) / ((1 - FREE_GOAL_RATIO) * total);
    if (f > GROWTH_FACTOR) {
      f = GROWTH_FACTOR;
    }
    if (f < 1.0) {
      f = 1.1;
    }
    return Math.max(1, (long) (f * used) - used);
  }

  private boolean sweeping() {
    return sweepIndex >= 0;
  }

  private void sweep(boolean immediate) {
    heap.freePages.clear();
    pooled.clear();
    pooledSlots = 0;
    heap.clearCache();
    sweepIndex = 0;
    sweepEnd = heap.pages.size();
    emptied = 0;
    for (RubyHeapPage page : heap.pages) {
      page.swept = false;
    }
    if (immediate) {
      sweepRest();
    } else {
      sweepStep();
    }
    if (heap.freePages.isEmpty() && !increment()) {
      allocatablePages = 1;
      increment();
    }
  }

  private void sweepRest() {
    while (sweeping()) {
      sweepStep();
    }
  }

  private void finishUnderWay() {
    if (incremental) {
      markRest();
    }
    if (sweeping()) {
      sweepRest();
    }
  }

  /** {@code gc_sweep_step}. */
  private void sweepStep() {
    boolean needPool = needMajor;
    int sweptSlots = 0;
    int unlinked = 0;
    while (sweepIndex < sweepEnd) {
      RubyHeapPage page = heap.pages.get(sweepIndex++);
      int free = sweepPage(page);
      if (free == page.length() && freeablePages > 0 && unlinked < UNLINK_LIMIT) {
        freeablePages--;
        unlinked++;
        page.free = -1;
        emptied++;
      } else if (free > 0) {
        if (needPool) {
          pooled.push(page);
          pooledSlots += free;
          needPool = false;
        } else {
          heap.freePages.push(page);
          sweptSlots += free;
          if (sweptSlots > SWEEP_STEP_SLOTS) {
            break;
          }
        }
      }
    }
    if (sweepIndex >= sweepEnd) {
      sweepIndex = -1;
      roots.sweepEnded();
      if (emptied > 0) {
        releaseEmptied();
      }
    }
  }

  private void releaseEmptied() {
    for (RubyHeapPage page : heap.pages) {
      if (page.free < 0) {
        heap.release(page);
      }
    }
    heap.pages.removeIf(page -> page.free < 0);
    emptied = 0;
  }

  private int sweepPage(RubyHeapPage page) {
    page.swept = true;
    page.writeStruct(heap.memory.sink(RubyCauses.MARK_BITS));
    if (page.settled) {
      page.free = 0;
      return 0;
    }
    WriteSink sink = heap.memory.sink(RubyCauses.SWEEP);
    byte[] slots = page.view();
    int free = 0;
    int freed = 0;
    int runFrom = -1;
    for (int i = 0; i < slots.length; i++) {
      int slot = slots[i];
      boolean dies =
          (slot & (RubySlots.DOOMED | RubySlots.SPARED)) == RubySlots.DOOMED
              && (fullMarking || (slot & RubySlots.AGE) != RubySlots.OLD);
      if (dies) {
        if (runFrom < 0) {
          runFrom = i;
          slots = page.own();
        }
        slots[i] = 0;
        freed++;
        roots.died(page, i);
      } else if (runFrom >= 0) {
        page.write(sink, runFrom, i, FREE_SLOT_BYTES);
        runFrom = -1;
      }
      if (slot == 0) {
        free++;
      }
    }
    if (runFrom >= 0) {
      page.write(sink, runFrom, slots.length, FREE_SLOT_BYTES);
    }
    page.free = free + freed;
    return page.free;
  }
}
