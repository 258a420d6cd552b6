package io.forkscope.core.memory;

import java.util.Arrays;

/**
 * The write fault of one process, for up to 512 pages of one leaf at a time. Which of the pages
 * comes first makes no difference: they are different pages of one process, and nothing else
 * happens between them.
 */
final class Faults {
  private final CowSpace space;

  /** For callers: the pages to write, and those that turn out not to have been resident. */
  final long[] request = new long[Leaf.WORDS];

  final long[] filled = new long[Leaf.WORDS];

  private final long[] copy = new long[Leaf.WORDS];
  private final long[] fill = new long[Leaf.WORDS];

  private long copied;
  private long fileCopied;
  private long reused;
  private long fills;

  Faults(CowSpace space) {
    this.space = space;
  }

  /**
   * Writes the requested pages of one leaf of one origin: all or none of a page that is copied
   * whole. Leaves in {@link #filled} the pages that were not resident before.
   */
  void write(PageTable pages, int generation, FaultTally tally, Origin origin, long address) {
    Leaf leaf = pages.exclusive(address);
    if (leaf.generation != generation) {
      Arrays.fill(leaf.bits, Leaf.WRITABLE, Leaf.WRITABLE + Leaf.WORDS, 0);
      leaf.generation = generation;
    }
    Arrays.fill(filled, 0);
    if (!faults(leaf, request)) {
      return;
    }
    copied = 0;
    fileCopied = 0;
    reused = 0;
    fills = 0;
    if (origin.region.shared()) {
      fills = map(leaf, origin, address, true);
      count(tally, origin.whole ? Leaf.PAGES : 1);
      return;
    }
    if (leaf.huge && reuseHuge(leaf, tally)) {
      return;
    }
    if (decide(leaf, origin)) {
      settle(pages, leaf, origin, address);
      System.arraycopy(fill, 0, filled, 0, Leaf.WORDS);
    }
    if (origin.backing != null) {
      // The first write to a private file page reads it into the page cache and copies it.
      copied += fills;
      fileCopied += fills;
      fills = 0;
    }
    count(tally, origin.whole ? Leaf.PAGES : 1);
  }

  /** Maps the pages of a file or of shared memory that are not mapped yet, as a read does. */
  void read(PageTable pages, Origin origin, long address) {
    Arrays.fill(filled, 0);
    if (origin.backing != null) {
      map(pages.exclusive(address), origin, address, false);
    }
  }

  private static boolean faults(Leaf leaf, long[] request) {
    long need = 0;
    for (int word = 0; word < Leaf.WORDS; word++) {
      need |= request[word] & ~leaf.bits[Leaf.WRITABLE + word];
    }
    return need != 0;
  }

  private long map(Leaf leaf, Origin origin, long address, boolean write) {
    Backing backing = origin.backing;
    if (backing == null) {
      throw new IllegalStateException(origin.region + " has nothing behind it");
    }
    leaf.hugetlb = origin.region.pageSize() == PageSize.HUGETLB_2M;
    Leaf home = backing.home(address);
    int seen = leaf.seenOf(home);
    long mapped = 0;
    for (int word = 0; word < Leaf.WORDS; word++) {
      long absent = request[word] & ~leaf.present(word);
      space.addFrames(Long.bitCount(absent & ~home.live(word)));
      home.gain(word, absent);
      leaf.bits[seen + word] |= absent;
      filled[word] = absent;
      mapped += Long.bitCount(absent);
      if (origin.region.shared()) {
        // In a home of shared memory this mask means dirty.
        leaf.bits[Leaf.WRITABLE + word] |= write ? request[word] : 0;
        home.bits[Leaf.WRITABLE + word] |= write ? request[word] : 0;
      }
    }
    return mapped;
  }

  /** One fault for an unsplit huge page that nobody else maps; otherwise its mapping is split. */
  private boolean reuseHuge(Leaf leaf, FaultTally tally) {
    boolean exclusive = true;
    for (int word = 0; word < Leaf.WORDS; word++) {
      exclusive &= (leaf.bits[word] & leaf.manyViews(word)) == 0;
      for (int h = 0; h < leaf.homes.length; h++) {
        long seen = leaf.bits[Leaf.SEEN + h * Leaf.WORDS + word];
        exclusive &= (seen & leaf.homes[h].manyViews(word)) == 0;
      }
    }
    if (exclusive) {
      Arrays.fill(leaf.bits, Leaf.WRITABLE, Leaf.WRITABLE + Leaf.WORDS, -1L);
      tally.reused(1);
      space.tally().reused(1);
    } else {
      leaf.huge = false;
      tally.split();
      space.tally().split();
    }
    return exclusive;
  }

  /** Sorts the pages into reused (done at once), to be copied and to be filled. */
  private boolean decide(Leaf leaf, Origin origin) {
    boolean hugeFolios = origin.folioPages == Leaf.PAGES;
    long change = 0;
    for (int word = 0; word < Leaf.WORDS; word++) {
      long need = request[word] & ~leaf.bits[Leaf.WRITABLE + word];
      copy[word] = 0;
      fill[word] = 0;
      if (need != 0) {
        long reuse = reusable(leaf, word, need, hugeFolios);
        long absent = need & ~leaf.present(word);
        copy[word] = need & ~reuse & ~absent;
        fill[word] = absent;
        leaf.bits[Leaf.WRITABLE + word] |= reuse;
        reused += Long.bitCount(reuse);
        copied += Long.bitCount(copy[word]);
        change |= absent | copy[word];
      }
    }
    if (change != 0) {
      widen(origin);
    }
    return change != 0;
  }

  /** The first write to a folio makes all of it resident in one fault. */
  private void widen(Origin origin) {
    if (origin.folioPages == Leaf.PAGES && !origin.whole) {
      if (Leaf.any(fill, 0)) {
        Arrays.fill(fill, -1L);
        fills++;
      }
      return;
    }
    for (int word = 0; word < Leaf.WORDS; word++) {
      if (origin.folioPages == Short.SIZE) {
        fill[word] = lanes(fill[word]);
        fills += Long.bitCount(fill[word]) / Short.SIZE;
      } else {
        fills += Long.bitCount(fill[word]);
      }
    }
  }

  private long reusable(Leaf leaf, int word, long need, boolean hugeFolios) {
    long reuse = need & leaf.bits[word] & exclusive(leaf, leaf, Leaf.SELF, word, hugeFolios);
    for (int h = 0, at = Leaf.SEEN; h < leaf.homes.length; h++, at += Leaf.WORDS) {
      Leaf home = leaf.homes[h];
      long seen = need & leaf.bits[at + word];
      if (seen != 0 && home.kind == Leaf.Kind.ANONYMOUS) {
        reuse |= seen & exclusive(leaf, home, at, word, hugeFolios);
      } else {
        fileCopied += Long.bitCount(seen);
      }
    }
    return reuse;
  }

  /** The slots of a home that nobody but this leaf sees, large folios as a whole. */
  private static long exclusive(Leaf leaf, Leaf home, int at, int word, boolean hugeFolios) {
    long exclusive = ~home.manyViews(word);
    long[] large = home.large;
    if (large == null || (large[word] & leaf.bits[at + word]) == 0) {
      return exclusive;
    }
    long elsewhere = 0;
    if (hugeFolios) {
      for (int w = 0; w < Leaf.WORDS; w++) {
        elsewhere |= large[w] & (home.manyViews(w) | (home.live(w) & ~leaf.bits[at + w]));
      }
      elsewhere = elsewhere == 0 ? 0 : -1L;
    } else {
      elsewhere =
          lanes(large[word] & (home.manyViews(word) | (home.live(word) & ~leaf.bits[at + word])));
    }
    return exclusive & ~(large[word] & elsewhere);
  }

  /** Moves the pages to be copied, and those to be filled, into frames of this leaf's own. */
  private void settle(PageTable pages, Leaf leaf, Origin origin, long address) {
    Leaf target = leaf;
    for (int word = 0; word < Leaf.WORDS; word++) {
      if ((leaf.live(word) & (copy[word] | fill[word])) != 0) {
        target = successor(pages, leaf, address);
        break;
      }
    }
    for (int word = 0; word < Leaf.WORDS; word++) {
      long made = copy[word] | fill[word];
      if (made == 0) {
        continue;
      }
      for (int h = 0, at = Leaf.SEEN + word; h < target.homes.length; h++, at += Leaf.WORDS) {
        long left = copy[word] & target.bits[at];
        space.addFrames(-target.homes[h].lose(word, left));
        target.bits[at] &= ~left;
      }
      target.make(word, made);
      target.bits[Leaf.WRITABLE + word] |= made;
      space.addFrames(Long.bitCount(made));
      target.markLarge(word, made, origin.folioPages > 1 && !origin.whole ? fill[word] : 0);
    }
    target.hugetlb = origin.region.pageSize() == PageSize.HUGETLB_2M;
    target.huge = origin.folioPages == Leaf.PAGES && !origin.whole && Leaf.any(fill, 0);
  }

  private static Leaf successor(PageTable pages, Leaf leaf, long address) {
    Leaf next = leaf.successor();
    next.generation = leaf.generation;
    System.arraycopy(leaf.bits, Leaf.WRITABLE, next.bits, Leaf.WRITABLE, Leaf.WORDS);
    pages.replace(address, next);
    return next;
  }

  private void count(FaultTally tally, int pagesAFault) {
    addTo(tally, pagesAFault);
    addTo(space.tally(), pagesAFault);
  }

  private void addTo(FaultTally tally, int pagesAFault) {
    tally.reused(reused / pagesAFault);
    tally.copied(copied / pagesAFault, fileCopied / pagesAFault, pagesAFault);
    tally.filled(fills / pagesAFault);
  }

  /** The groups of 16 pages that a mask touches. */
  private static long lanes(long mask) {
    long lanes = 0;
    for (long lane = 0xFFFFL; lane != 0; lane <<= Short.SIZE) {
      lanes |= (mask & lane) == 0 ? 0 : lane;
    }
    return lanes;
  }
}
