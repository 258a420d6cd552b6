package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
  private long names;

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
    names = parent.names;
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

  /** How many young keys of tables it aged: the strings of symbols. */
  long names() {
    return names;
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
   * @param behind the population whose parts grow older by one all the same
   */
  void finish(boolean[] byOld, @Nullable RubyPopulation behind) {
    WriteSink age = heap.memory.sink(RubyCauses.AGE);
    WriteSink bits = heap.memory.sink(RubyCauses.MARK_BITS);
    int[] notByOld = IntStream.range(0, byOld.length).filter(owner -> !byOld[owner]).toArray();
    aged = 0;
    names = 0;
    for (RubyHeapPage page : heap.pages) {
      RubyPlainSlots plain = page.plain();
      if (page.settled) {
        old += full ? page.length() : 0;
        marked += full ? page.length() : 0;
      } else if (plain != null) {
        page.writeYoung(age, plain);
        if (age(plain, byOld[plain.owner()])) {
          page.writeStruct(bits);
        }
        page.settled = plain.isSettled();
      } else {
        take(age(page, notByOld, behind), page, age, bits);
      }
    }
    if (behind != null) {
      behind.elementsAreOld();
    }
  }

  /** Ages and counts the live objects of plain slots; whether any were marked. */
  private boolean age(RubyPlainSlots plain, boolean byOld) {
    int young = plain.young();
    int others = full ? plain.live() - young : 0; // it sets their bits, too
    plain.age(byOld);
    aged += young;
    marked += young + others;
    old += young - plain.young() + others;
    return young + others > 0;
  }

  private void take(Aged found, RubyHeapPage page, WriteSink age, WriteSink bits) {
    aged += found.aged;
    names += found.names;
    old += found.old;
    marked += found.marked;
    unprotected += found.unprotected;
    page.writeAges(age, found.states);
    page.become(found.states);
    page.settled = found.settled;
    if (found.marked > 0) {
      page.writeStruct(bits);
    }
  }

  /** Ages the live objects of a page, and counts those that are marked. */
  private Aged age(RubyHeapPage page, int[] notByOld, @Nullable RubyPopulation behind) {
    byte[] slots = page.view();
    boolean keep = page.keepsStates(); // the states so far are copied before one changes
    Aged found = new Aged();
    byte[] states = slots;
    long unsettled = 0;
    int agedHere = 0;
    int namesHere = 0;
    int oldHere = 0;
    int markedHere = 0;
    int shadyHere = 0;
    for (int i = 0; i < slots.length; i += RubySlotWords.SLOTS) {
      long word = RubySlotWords.get(slots, i);
      long doomed = RubySlotWords.doomed(word);
      long live = RubySlotWords.used(word) & ~doomed;
      long shady = RubySlotWords.unprotected(word);
      long young = live & ~shady & ~RubySlotWords.old(word);
      long byYoung = 0;
      for (int owner : notByOld) {
        byYoung |= young & RubySlotWords.ownedBy(word, owner);
      }
      if (behind != null) {
        byYoung |= young & behind.keptParts(page, i, word);
      }
      byYoung &= ~RubySlotWords.pinned(word); // keys of an old table: dsymbol_fstr_hash
      long next = (word | (young & ~byYoung) * RubySlots.OLD) + byYoung;
      next &= ~((doomed & RubySlotWords.spared(word)) * RubySlots.SPARED);
      if (next != word) {
        states = keep && states == slots ? slots.clone() : states;
        RubySlotWords.put(states, i, next);
      }
      long grown = RubySlotWords.old(next) & live & ~shady;
      unsettled |= grown ^ RubySlotWords.lanes(i, slots.length);
      int pinned = Long.bitCount(young & RubySlotWords.pinned(word));
      namesHere += pinned;
      agedHere += Long.bitCount(young) - pinned;
      markedHere += Long.bitCount(young);
      oldHere += Long.bitCount(young & grown);
      if (full) { // it sets the bits of the others, too
        long others = live & ~young;
        int unprotectedOthers = Long.bitCount(others & shady);
        markedHere += Long.bitCount(others);
        oldHere += Long.bitCount(others) - unprotectedOthers;
        shadyHere += unprotectedOthers;
      }
    }
    found.states = states;
    found.settled = unsettled == 0;
    found.aged = agedHere;
    found.names = namesHere;
    found.old = oldHere;
    found.marked = markedHere;
    found.unprotected = shadyHere;
    return found;
  }

  /** What a marking makes of the states of a page. */
  private static final class Aged {
    byte[] states = {};
    boolean settled;
    int aged;
    int names;
    int old;
    int marked;
    int unprotected;
  }
}
