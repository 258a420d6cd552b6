package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import java.util.stream.IntStream;

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

  /** How many young objects the last marking aged, the keys of tables left out. */
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
    int[] notByOld = IntStream.range(0, byOld.length).filter(owner -> !byOld[owner]).toArray();
    aged = 0;
    for (RubyHeapPage page : heap.pages) {
      if (!page.settled) {
        if (agePage(page, notByOld, age)) {
          page.writeStruct(bits);
        }
      } else if (full) {
        old += page.length();
        marked += page.length();
      }
    }
  }

  /** Ages the live objects of a page; returns whether a bit of its bitmaps changed. */
  private boolean agePage(RubyHeapPage page, int[] notByOld, WriteSink age) {
    byte[] slots = page.view();
    boolean settled = true;
    long changed = 0;
    for (int i = 0; i < slots.length; i += RubySlotWords.SLOTS) {
      long word = RubySlotWords.get(slots, i);
      long doomed = RubySlotWords.doomed(word);
      long live = RubySlotWords.used(word) & ~doomed;
      long young = live & ~RubySlotWords.unprotected(word) & ~RubySlotWords.old(word);
      long byYoung = 0;
      for (int owner : notByOld) {
        byYoung |= young & RubySlotWords.ownedBy(word, owner);
      }
      byYoung &= ~RubySlotWords.pinned(word); // keys of an old table: dsymbol_fstr_hash
      long next = (word | (young & ~byYoung) * RubySlots.OLD) + byYoung;
      next &= ~((doomed & RubySlotWords.spared(word)) * RubySlots.SPARED);
      if (next != word) {
        slots = page.own();
        RubySlotWords.put(slots, i, next);
      }
      page.write(age, i, young, Long.BYTES);
      long grown = RubySlotWords.old(next) & live & ~RubySlotWords.unprotected(word);
      settled &= grown == RubySlotWords.lanes(i, slots.length);
      aged += Long.bitCount(young & ~RubySlotWords.pinned(word));
      old += Long.bitCount(young & grown);
      marked += Long.bitCount(young);
      changed |= young | countMarked(word, live & ~young);
    }
    page.settled = settled;
    return changed != 0;
  }

  /** Counts the objects whose headers a mark does not write; those whose bits it does. */
  private long countMarked(long word, long lanes) {
    if (!full) {
      return 0;
    }
    int shady = Long.bitCount(lanes & RubySlotWords.unprotected(word));
    marked += Long.bitCount(lanes);
    unprotected += shady;
    old += Long.bitCount(lanes) - shady;
    return lanes;
  }
}
