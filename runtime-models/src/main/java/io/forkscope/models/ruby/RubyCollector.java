package io.forkscope.models.ruby;

import org.jspecify.annotations.Nullable;

/**
 * When CRuby collects: marks at once or step by step, sweeps, grows its heap, and decides what the
 * next collection will be. Follows CRuby 3.1.2 gc.c function by function ({@code gc_start}, {@code
 * gc_marks_start}, {@code gc_marks_finish}, {@code gc_marks_continue}, {@code heap_prepare}, {@code
 * heap_extend_pages}); constants are the defaults at its head. What marking and sweeping write is
 * in {@link RubyMarks} and {@link RubySweep}.
 */
final class RubyCollector {

  private static final int HEAP_INIT_SLOTS = 10_000;
  private static final int HEAP_FREE_SLOTS = 4096;
  private static final double GROWTH_FACTOR = 1.8;
  private static final double FREE_MIN_RATIO = 0.20;
  private static final double FREE_GOAL_RATIO = 0.40;
  private static final double FREE_MAX_RATIO = 0.65;
  private static final double OLD_LIMIT_FACTOR = 2.0;

  private final RubyHeap heap;
  private final RubyRoots roots;
  private final RubyMarks marks;
  private final RubySweep sweep;
  private final RubyMallocLimits mallocs;

  private boolean disabled;

  /** The work of the incremental marking that is under way. */
  private @Nullable RubyMarkWork work;

  private boolean sweepImmediately;
  private boolean compacting;
  private boolean needMajor;
  private boolean needMajorByOldmalloc;
  private long count;
  private long majors;
  private long lastMajor;
  private long oldLimit;
  private long unprotectedLimit;
  private long allocatablePages;
  private long stepSlots;

  /** Slots the heap had given out when the marking under way began. */
  private long givenOutAtStart;

  /** The collector of the start image, in the lazy sweep of its 14th collection. */
  RubyCollector(RubyHeap heap, RubyRoots roots) {
    this.heap = heap;
    this.roots = roots;
    this.marks = new RubyMarks(heap);
    this.sweep = new RubySweep(heap, roots);
    // measured: GC.stat of the start image
    this.mallocs = new RubyMallocLimits(348_936, 3_888_968);
    count = 14;
    majors = 2;
    lastMajor = 12;
    oldLimit = 50_688;
    unprotectedLimit = 394;
  }

  RubyCollector(RubyCollector parent, RubyHeap heap, RubyRoots roots) {
    this.heap = heap;
    this.roots = roots;
    this.marks = new RubyMarks(parent.marks, heap);
    this.sweep = new RubySweep(parent.sweep, heap, roots);
    this.mallocs = new RubyMallocLimits(parent.mallocs);
    disabled = parent.disabled;
    work = parent.work == null ? null : new RubyMarkWork(parent.work);
    sweepImmediately = parent.sweepImmediately;
    needMajor = parent.needMajor;
    needMajorByOldmalloc = parent.needMajorByOldmalloc;
    count = parent.count;
    majors = parent.majors;
    lastMajor = parent.lastMajor;
    oldLimit = parent.oldLimit;
    unprotectedLimit = parent.unprotectedLimit;
    allocatablePages = parent.allocatablePages;
    stepSlots = parent.stepSlots;
    givenOutAtStart = parent.givenOutAtStart;
  }

  /** GC.start; GC.start(full_mark: false) if not {@code full}. */
  void collect(boolean full) {
    finishUnderWay();
    start(full, true, true);
  }

  /** GC.compact: a full collection whose sweep moves objects. */
  void compact() {
    finishUnderWay();
    compacting = true;
    start(true, true, true);
    compacting = false;
  }

  /** GC.disable, which ends a collection under way. */
  void disable() {
    finishUnderWay();
    disabled = true;
  }

  /** GC.enable. */
  void enable() {
    disabled = false;
  }

  /** Whether a marking in steps is under way. */
  boolean isMarking() {
    return work != null;
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
        + marks.old()
        + " old_objects_limit="
        + oldLimit
        + mallocs.stat()
        + " state="
        + (sweep.underWay() ? "sweeping" : work != null ? "marking" : "none");
  }

  /** Accounts a malloc, and collects when the limit is passed: objspace_malloc_gc_stress. */
  void malloced(long bytes) {
    mallocs.add(bytes);
    if (mallocs.exceeded() && !disabled) {
      sweep.rest(needMajor);
      if (mallocs.exceeded()) {
        finishUnderWay();
        start(false, false, false);
      }
    }
  }

  /** Accounts a malloc that may not collect. */
  void accounted(long bytes) {
    mallocs.add(bytes);
  }

  /** Accounts a free. */
  void freed(long bytes) {
    mallocs.remove(bytes);
  }

  /** Bytes that malloc may give before it collects. */
  long mallocRoom() {
    return disabled ? Long.MAX_VALUE : mallocs.room();
  }

  /**
   * {@code heap_prepare}: finds the allocator a page with free slots.
   *
   * @param dropping whether its caller drops what it makes last of each element: then that is new
   *     to a marking under way, and on the stack
   */
  void prepare(boolean dropping) {
    if (sweep.underWay()) {
      sweep.step(needMajor);
    } else if (work != null) {
      continueMarking(work, dropping);
    }
    if (heap.freePages.isEmpty() && (needMajor || !increment())) {
      startByAllocation();
    }
  }

  private void startByAllocation() {
    if (disabled) {
      // ready_to_gc: a heap that may not collect grows by a page.
      if (heap.freePages.isEmpty() && !increment()) {
        setAllocatable(1);
        increment();
      }
      return;
    }
    start(false, false, false);
  }

  private void setAllocatable(long pages) {
    allocatablePages = pages;
    heap.expandSorted(pages);
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
    boolean byOldmalloc = needMajorByOldmalloc;
    needMajor = false;
    needMajorByOldmalloc = false;
    sweepImmediately = immediateSweep;
    count++;
    if (mallocs.reset(doFull, byOldmalloc)) {
      needMajor = true;
      needMajorByOldmalloc = true;
    }
    if (doFull) {
      stepSlots = marks.marked() * 2 / (sweep.pooledSlots() / RubyHeap.PAGE_OBJ_LIMIT + 1);
      lastMajor = count;
      majors++;
    }
    roots.transientHeapMarking();
    marks.start(doFull);
    if (doFull && !immediateMark) {
      work = roots.markWork();
      givenOutAtStart = heap.givenOut();
      return;
    }
    finishMarking(null, 0);
    startSweep();
  }

  /** {@code gc_marks_continue}. */
  private void continueMarking(RubyMarkWork marking, boolean dropping) {
    boolean provided;
    if (sweep.hasPooled()) {
      int slots = 0;
      while (sweep.hasPooled() && slots < RubyHeap.PAGE_OBJ_LIMIT) {
        slots += sweep.movePooled();
      }
      provided = true;
    } else {
      provided = increment();
    }
    if (!provided) {
      markRest(marking, heap.givenOut() == givenOutAtStart ? 1 : 2);
      return;
    }
    if (marking.step(stepSlots, roots.elements())) {
      if (sweep.hasPooled()) {
        sweep.movePooled();
        return;
      }
      // else gc_marks_finish finds it from the roots, and the marking goes on
      if (!dropping || heap.givenOut() == givenOutAtStart) {
        markRest(marking, 0);
      }
    }
  }

  /**
   * Comes to the end of a marking.
   *
   * @param steps that were taken
   * @param more how many times more it empties the mark stack: once, and once again if the roots
   *     refer to what is new, as the stack does to what is being made
   */
  private void markRest(RubyMarkWork steps, int more) {
    sweep.clearPooled();
    work = null;
    // once it was deep; once more gc_marks_wb_unprotected_objects comes to its end
    finishMarking(steps, steps.emptied() + more);
    startSweep();
  }

  private void finishMarking(@Nullable RubyMarkWork steps, int again) {
    roots.marking(marks.full());
    marks.finish(roots.heldByOld(), marks.full() ? roots.behind() : null);
    roots.markStack(marks.aged(), marks.names(), marks.full(), steps);
    for (int i = 0; i < again; i++) {
      roots.markAgain();
    }
    if (marks.full()) {
      setOldLimits();
    }
    decideGrowth();
    roots.marked(steps != null);
  }

  private void setOldLimits() {
    unprotectedLimit = (long) (marks.unprotected() * OLD_LIMIT_FACTOR);
    oldLimit = (long) (marks.old() * OLD_LIMIT_FACTOR);
  }

  /** The second half of {@code gc_marks_finish}. */
  private void decideGrowth() {
    long eden = 0;
    for (RubyHeapPage page : heap.pages) {
      eden += page.length();
    }
    long total = allocatablePages * RubyHeap.PAGE_OBJ_LIMIT + eden;
    long toSweep = total - marks.marked();
    long maxFree = Math.max((long) (total * FREE_MAX_RATIO), HEAP_INIT_SLOTS);
    long minFree = Math.max((long) (total * FREE_MIN_RATIO), HEAP_FREE_SLOTS);
    sweep.setFreeable(toSweep > maxFree ? (toSweep - maxFree) / RubyHeap.PAGE_OBJ_LIMIT : 0);
    boolean full = marks.full();
    if (toSweep < minFree) {
      if (!full) {
        if (count - lastMajor < RubySlots.OLD) {
          full = true;
        } else {
          needMajor = true;
        }
      }
      if (full) {
        setAllocatable(extension(toSweep, total, heap.pages.size() + allocatablePages));
        increment();
      }
    }
    if (full) {
      setOldLimits();
    }
    if (marks.unprotected() > unprotectedLimit || marks.old() > oldLimit) {
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

  private void startSweep() {
    heap.spareLast();
    sweep.start(marks.full(), !sweepImmediately, compacting);
    if (sweepImmediately) {
      sweep.rest(needMajor);
    } else {
      sweep.step(needMajor);
    }
    // gc_heap_prepare_minimum_pages
    if (heap.freePages.isEmpty() && !increment()) {
      setAllocatable(1);
      increment();
    }
    roots.transientHeapMarked(this); // a postponed job: rb_transient_heap_finish_marking
  }

  private void finishUnderWay() {
    if (work != null) {
      markRest(work, 1);
    }
    sweep.rest(needMajor);
  }
}
