package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;

/**
 * What a marking finds and writes: mark bits beside the page, ages in the headers. Source: CRuby
 * 3.1.2 gc.c ({@code gc_mark_set}, {@code gc_aging}, {@code rgengc_check_relation}, {@code
 * rgengc_mark_and_rememberset_clear}).
 *
 * <p>Marking is taken at its end: the objects reachable then are aged once. A child of an old
 * object becomes old at once.
 */
final class RubyMarks {

  private final RubyHeap heap;
  private boolean full;
  private long marked;
  private long old;
  private long unprotected;
  private long aged;

  /** The marks of the start image; measured: GC.stat. */
  RubyMarks(RubyHeap heap) {
    this.heap = heap;
    marked = 31_201;
    old = 30_986;
    unprotected = 197;
  }

  RubyMarks(RubyMarks parent, RubyHeap heap) {
    this.heap = heap;
    full = parent.full;
    marked = parent.marked;
    old = parent.old;
    unprotected = parent.unprotected;
    aged = parent.aged;
  }

  /** Whether the marking under way, or the last one, is full. */
  boolean full() {
    return full;
  }

  long marked() {
    return marked;
  }

  long old() {
    return old;
  }

  long unprotected() {
    return unprotected;
  }

  /** How many young objects the last marking aged. */
  long aged() {
    return aged;
  }

  void start(boolean fullMark) {
    full = fullMark;
    if (!full) {
      marked = old + unprotected;
      return;
    }
    unprotected = 0;
    old = 0;
    marked = 0;
    WriteSink bits = heap.memory.sink(RubyCauses.MARK_BITS);
    for (RubyHeapPage page : heap.pages) {
      page.writeStruct(bits);
    }
  }

  /**
   * Marks and ages what is reachable.
   *
   * @param byOld for each owner, whether an old object refers to its objects
   */
  void finish(boolean[] byOld) {
    WriteSink age = heap.memory.sink(RubyCauses.AGE);
    WriteSink bits = heap.memory.sink(RubyCauses.MARK_BITS);
    aged = 0;
    for (RubyHeapPage page : heap.pages) {
      if (!page.settled) {
        if (agePage(page, byOld, age)) {
          page.writeStruct(bits);
        }
      } else if (full) {
        old += page.length();
        marked += page.length();
      }
    }
  }

  /** Ages the live objects of a page; returns whether a bit of its bitmaps changed. */
  private boolean agePage(RubyHeapPage page, boolean[] byOld, WriteSink age) {
    byte[] slots = page.view();
    boolean settled = true;
    boolean changed = false;
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
        marked++;
        aged++;
        changed = true;
        old += grown == RubySlots.OLD ? 1 : 0;
        settled &= grown == RubySlots.OLD;
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
      settled &= slot != 0 && (slot & (RubySlots.DOOMED | RubySlots.UNPROTECTED)) == 0;
      changed |= countMarked(slot);
    }
    if (runFrom >= 0) {
      page.write(age, runFrom, slots.length, Long.BYTES);
    }
    page.settled = settled;
    return changed;
  }

  /** Counts an object whose header a mark does not write. */
  private boolean countMarked(int slot) {
    if (!full || slot == 0 || (slot & RubySlots.DOOMED) != 0) {
      return false;
    }
    marked++;
    if ((slot & RubySlots.UNPROTECTED) != 0) {
      unprotected++;
    } else {
      old++;
    }
    return true;
  }
}
