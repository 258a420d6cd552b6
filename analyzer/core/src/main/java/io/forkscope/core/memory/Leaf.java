package io.forkscope.core.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one process, or several that have not diverged, map in 2 MiB: 512 pages, 8 words of bits.
 *
 * <p>A frame has no object. It is a slot of the leaf in which it was made, its <em>home</em>: slot
 * {@code p} of a leaf holds at most one live frame of page {@code p}. A leaf sees its own frames
 * ({@link #SELF}) and frames of other homes, one mask a home. Each home counts, for each slot, the
 * leaves that see it, in bit-sliced counters: plane {@code i} holds bit {@code i} of all 512
 * counts, so that adding or removing the views of 64 pages is a few word operations [1].
 *
 * <p>A leaf that one process alone reaches, and whose slot one leaf alone sees, is the last owner
 * of that frame: exactly the condition under which the kernel reuses it.
 *
 * <p>[1] Rinfret, O'Neil, O'Neil: Bit-sliced index arithmetic. SIGMOD 2001.
 */
final class Leaf extends Node {
  static final int WORDS = 8;
  static final int PAGES = WORDS * Long.SIZE;

  /** Where the masks lie in {@link #bits}: own frames, writable pages, then one mask a home. */
  static final int SELF = 0;

  static final int WRITABLE = WORDS;
  static final int SEEN = 2 * WORDS;

  private static final Leaf[] NO_HOMES = {};

  /** Kinds of homes. */
  enum Kind {
    /** Anonymous memory. */
    ANONYMOUS,
    /** The page cache: clean, and never reused by a private mapping. */
    PAGE_CACHE,
    /** Shared memory. */
    SHARED
  }

  final Kind kind;

  /** Mapped by one PMD entry, as a huge page that has not been split. */
  boolean huge;

  /** Holds a hugetlb page, which needs no table of PTEs. */
  boolean hugetlb;

  /** The fork generation for which the writable mask holds; it is empty for any other. */
  int generation;

  long[] bits;
  Leaf[] homes;

  /** Slots that are part of a large folio; null for none. */
  long @Nullable [] large;

  /** Bit-sliced views of each slot; null while only this leaf sees its slots. */
  private long @Nullable [] views;

  private Leaf(Kind kind, long[] bits, Leaf[] homes) {
    this.kind = kind;
    this.bits = bits;
    this.homes = homes;
  }

  /** A leaf that maps nothing. */
  static Leaf empty() {
    return new Leaf(Kind.ANONYMOUS, new long[SEEN], NO_HOMES);
  }

  /** A home that is no process's leaf: part of the page cache or of shared memory. */
  static Leaf backing(Kind kind) {
    Leaf leaf = new Leaf(kind, new long[SEEN], NO_HOMES);
    leaf.views = new long[WORDS];
    return leaf;
  }

  /** A leaf that sees what this one sees, in its place: no count changes. */
  Leaf successor() {
    boolean own = any(bits, SELF);
    int first = own ? 1 : 0;
    int kept = 0;
    for (int h = 0; h < homes.length; h++) {
      kept += any(bits, SEEN + h * WORDS) ? 1 : 0;
    }
    Leaf[] nextHomes = new Leaf[first + kept];
    long[] nextBits = new long[SEEN + nextHomes.length * WORDS];
    if (own) {
      nextHomes[0] = this;
      System.arraycopy(bits, SELF, nextBits, SEEN, WORDS);
    }
    int to = first;
    for (int h = 0; h < homes.length; h++) {
      if (any(bits, SEEN + h * WORDS)) {
        nextHomes[to] = homes[h];
        System.arraycopy(bits, SEEN + h * WORDS, nextBits, SEEN + to * WORDS, WORDS);
        to++;
      }
    }
    Leaf next = new Leaf(Kind.ANONYMOUS, nextBits, nextHomes);
    next.huge = huge;
    next.hugetlb = hugetlb;
    return next;
  }

  /** A leaf that sees what this one sees, beside it. */
  Leaf copy() {
    Leaf copy = successor();
    for (int h = 0; h < copy.homes.length; h++) {
      copy.homes[h].gain(copy.bits, SEEN + h * WORDS);
    }
    return copy;
  }

  /** The pages mapped, of one word. */
  long present(int word) {
    long present = bits[word];
    for (int at = SEEN + word; at < bits.length; at += WORDS) {
      present |= bits[at];
    }
    return present;
  }

  /** Index of the mask of a home, which is added if it is not there. */
  int seenOf(Leaf home) {
    for (int h = 0; h < homes.length; h++) {
      if (homes[h] == home) {
        return SEEN + h * WORDS;
      }
    }
    homes = Arrays.copyOf(homes, homes.length + 1);
    homes[homes.length - 1] = home;
    bits = Arrays.copyOf(bits, bits.length + WORDS);
    return bits.length - WORDS;
  }

  /** Slots of a word that some leaf sees. */
  long live(int word) {
    long[] planes = views;
    if (planes == null) {
      return bits[word];
    }
    long live = 0;
    for (int at = word; at < planes.length; at += WORDS) {
      live |= planes[at];
    }
    return live;
  }

  /** Slots of a word that more than one leaf sees. */
  long manyViews(int word) {
    long[] planes = views;
    if (planes == null) {
      return 0;
    }
    long many = 0;
    for (int at = word + WORDS; at < planes.length; at += WORDS) {
      many |= planes[at];
    }
    return many;
  }

  /** Makes frames in slots that no leaf sees; this leaf sees them. */
  void make(int word, long mask) {
    bits[word] |= mask;
    if (views != null) {
      views[word] |= mask;
    }
  }

  /** Notes which of the slots just made belong to large folios. */
  void markLarge(int word, long made, long folios) {
    long[] marks = large;
    if (marks == null && folios != 0) {
      marks = new long[WORDS];
      large = marks;
    }
    if (marks != null) {
      marks[word] = (marks[word] & ~made) | folios;
    }
  }

  /** Adds one view of each slot of 8 words of masks. */
  void gain(long[] masks, int from) {
    for (int word = 0; word < WORDS; word++) {
      gain(word, masks[from + word]);
    }
  }

  /** Adds one view of each slot of a mask. */
  void gain(int word, long mask) {
    long[] planes = planes();
    long carry = mask;
    for (int at = word; carry != 0; at += WORDS) {
      if (at >= planes.length) {
        planes = Arrays.copyOf(planes, planes.length + WORDS);
        views = planes;
      }
      long old = planes[at];
      planes[at] = old ^ carry;
      carry &= old;
    }
  }

  /**
   * Takes one view from each slot of a mask.
   *
   * @return how many frames nobody sees any more
   */
  int lose(int word, long mask) {
    if (mask == 0) {
      return 0;
    }
    long[] planes = planes();
    long borrow = mask;
    for (int at = word; borrow != 0; at += WORDS) {
      long old = planes[at];
      planes[at] = old ^ borrow;
      borrow &= ~old;
    }
    return Long.bitCount(mask & ~live(word));
  }

  /**
   * Stops this leaf from seeing the pages of a mask.
   *
   * @return how many frames nobody sees any more
   */
  int drop(int word, long mask) {
    int freed = lose(word, bits[word] & mask);
    bits[word] &= ~mask;
    bits[WRITABLE + word] &= ~mask;
    for (int h = 0, at = SEEN + word; h < homes.length; h++, at += WORDS) {
      freed += homes[h].lose(word, bits[at] & mask);
      bits[at] &= ~mask;
    }
    return freed;
  }

  boolean isEmpty() {
    long any = 0;
    for (int word = 0; word < WORDS; word++) {
      any |= present(word);
    }
    return any == 0;
  }

  private long[] planes() {
    long[] planes = views;
    if (planes == null) {
      planes = Arrays.copyOf(bits, WORDS);
      views = planes;
    }
    return planes;
  }

  static boolean any(long[] masks, int from) {
    long any = 0;
    for (int word = 0; word < WORDS; word++) {
      any |= masks[from + word];
    }
    return any != 0;
  }
}
