package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sweep, lazy or at once: dead slots go on the free list of their page, empty pages go back to
 * the kernel, and a compacting sweep fills each hole with an object from the far end of the heap.
 * Source: CRuby 3.1.2 gc.c ({@code gc_sweep_start}, {@code gc_sweep_step}, {@code gc_sweep_page},
 * {@code gc_fill_swept_page}, {@code gc_sweep_finish}, {@code heap_pages_free_unused_pages}).
 */
final class RubySweep {

  /** Free slots after which a lazy sweep step ends: gc_sweep_step. */
  private static final int STEP_SLOTS = 2048;

  /** Pages that one step takes out of the heap: {@code unlink_limit}. */
  private static final int UNLINK_LIMIT = 3;

  /** Flags and next pointer of a slot on a free list. */
  private static final int FREE_SLOT_BYTES = 16;

  private final RubyHeap heap;
  private final RubyRoots roots;
  private final ArrayDeque<RubyHeapPage> pooled = new ArrayDeque<>();

  private @Nullable RubyCompaction compaction;
  private int index = -1;
  private int end;
  private int emptied;
  private long freeable;
  private long pooledSlots;
  private boolean afterFullMark;

  /** The sweep that is under way in the start image. */
  RubySweep(RubyHeap heap, RubyRoots roots) {
    this.heap = heap;
    this.roots = roots;
    index = 0;
    while (index < heap.pages.size() && heap.pages.get(index).swept) {
      index++;
    }
    end = heap.pages.size();
  }

  RubySweep(RubySweep parent, RubyHeap heap, RubyRoots roots) {
    this.heap = heap;
    this.roots = roots;
    index = parent.index;
    end = parent.end;
    emptied = parent.emptied;
    freeable = parent.freeable;
    pooledSlots = parent.pooledSlots;
    afterFullMark = parent.afterFullMark;
    for (RubyHeapPage page : parent.pooled) {
      pooled.addLast(heap.pages.get(parent.heap.pages.indexOf(page)));
    }
  }

  boolean underWay() {
    return index >= 0;
  }

  /** Free slots of the pages put aside for an incremental marking. */
  long pooledSlots() {
    return pooledSlots;
  }

  boolean hasPooled() {
    return !pooled.isEmpty();
  }

  void clearPooled() {
    pooled.clear();
  }

  /** Gives a pooled page to the allocator; how many slots it has. */
  int movePooled() {
    RubyHeapPage page = pooled.pop();
    heap.freePages.push(page);
    return page.free;
  }

  /** How many empty pages may leave the heap. */
  void setFreeable(long pages) {
    freeable = pages;
  }

  /**
   * Begins a sweep.
   *
   * @param full whether the marking was full, so that old objects may be dead
   * @param lazy whether it goes step by step, for which each page is flagged at once
   */
  void start(boolean full, boolean lazy, boolean compact) {
    afterFullMark = full;
    heap.freePages.clear();
    pooled.clear();
    pooledSlots = 0;
    heap.clearCache();
    index = 0;
    end = heap.pages.size();
    emptied = 0;
    WriteSink flags = heap.memory.sink(RubyCauses.SWEEP);
    for (RubyHeapPage page : heap.pages) {
      page.swept = false;
      if (lazy) {
        page.writeFlags(flags); // before_sweep
      }
    }
    compaction = compact ? new RubyCompaction(heap) : null;
  }

  void rest(boolean nextIsIncremental) {
    while (underWay()) {
      step(nextIsIncremental);
    }
  }

  /**
   * {@code gc_sweep_step}.
   *
   * @param nextIsIncremental whether a page has to be put aside for the next marking
   */
  void step(boolean nextIsIncremental) {
    boolean needPool = nextIsIncremental;
    int swept = 0;
    int unlinked = 0;
    while (index < end) {
      RubyHeapPage page = heap.pages.get(index++);
      page.free = sweepPage(page);
      if (page.free == page.length() && freeable > 0 && unlinked < UNLINK_LIMIT) {
        freeable--;
        unlinked++;
        page.free = -1;
        emptied++;
      } else if (page.free > 0 && needPool) {
        pooled.push(page);
        pooledSlots += page.free;
        needPool = false;
      } else if (page.free > 0) {
        heap.freePages.push(page);
        swept += page.free;
        if (swept > STEP_SLOTS) {
          break;
        }
      }
    }
    if (index >= end) {
      finish();
    }
  }

  private void finish() {
    index = -1;
    compaction = null;
    if (emptied > 0) {
      heap.pages.stream().filter(page -> page.free < 0).forEach(heap::release);
      heap.pages.removeIf(page -> page.free < 0);
      emptied = 0;
    }
    roots.swept();
  }

  /** Frees the dead of a page; how many free slots it then has. */
  private int sweepPage(RubyHeapPage page) {
    RubyCompaction filling = compaction;
    if (filling != null && filling.meets(page)) {
      finishCompaction(filling);
      filling = null;
    }
    page.swept = true;
    page.writeStruct(heap.memory.sink(RubyCauses.MARK_BITS));
    if (page.settled) {
      return 0;
    }
    int free = freeDead(page, filling == null);
    if (filling == null || free == 0) {
      return free;
    }
    int left = filling.fill(page);
    if (filling.finished()) {
      finishCompaction(filling);
    }
    return left;
  }

  private void finishCompaction(RubyCompaction done) {
    compaction = null;
    roots.moved(done);
  }

  private int freeDead(RubyHeapPage page, boolean link) {
    RubyPlainSlots plain = page.plain();
    if (plain != null) {
      if (link) {
        page.writeDoomed(heap.memory.sink(RubyCauses.SWEEP), plain, FREE_SLOT_BYTES);
      }
      plain.freeDoomed();
      return plain.free();
    }
    Freed found = withoutDead(page.view(), page.keepsStates() || page.holdsBlocks());
    if (page.holdsBlocks() || found.withId) {
      tellRoots(page, found.states);
    }
    if (link) {
      page.writeUsed(heap.memory.sink(RubyCauses.SWEEP), found.states, FREE_SLOT_BYTES);
    }
    page.become(found.states);
    return found.free;
  }

  /**
   * Frees the dead slots of a page.
   *
   * @param keep whether the states so far are needed, and are copied before one changes
   */
  private Freed withoutDead(byte[] slots, boolean keep) {
    byte[] states = slots;
    int free = 0;
    long withId = 0;
    for (int i = 0; i < slots.length; i += RubySlotWords.SLOTS) {
      long word = RubySlotWords.get(slots, i);
      long dead = RubySlotWords.doomed(word) & ~RubySlotWords.spared(word);
      if (!afterFullMark) {
        dead &= ~RubySlotWords.old(word);
      }
      free +=
          Long.bitCount((RubySlotWords.lanes(i, slots.length) & ~RubySlotWords.used(word)) | dead);
      if (dead != 0) {
        withId |= dead & RubySlotWords.ownedBy(word, RubySlots.WITH_ID);
        states = (keep || withId != 0) && states == slots ? slots.clone() : states;
        RubySlotWords.put(states, i, word & ~RubySlotWords.bytes(dead));
      }
    }
    return new Freed(states, free, withId != 0);
  }

  /** Tells what the dead of a page held. */
  private void tellRoots(RubyHeapPage page, byte[] states) {
    byte[] before = page.view();
    for (int from = 0; from < before.length; from += RubySlotWords.SLOTS) {
      long used = RubySlotWords.used(RubySlotWords.get(before, from));
      long dead = used & ~RubySlotWords.used(RubySlotWords.get(states, from));
      for (; dead != 0; dead &= dead - 1) {
        int slot = from + Long.numberOfTrailingZeros(dead) / Byte.SIZE;
        roots.died(page, slot, before[slot] & 0xFF);
      }
    }
  }

  /** What a sweep makes of the states of a page. */
  private static final class Freed {
    final byte[] states;
    final int free;
    final boolean withId;

    Freed(byte[] states, int free, boolean withId) {
      this.states = states;
      this.free = free;
      this.withId = withId;
    }
  }
}
