package io.forkscope.models.allocator;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which free chunk starts or ends at an address of a heap: an array for each page that has one, so
 * that neighbours in the heap are neighbours here. One entry an address does, as free chunks never
 * touch: glibc joins them. A fork shares the arrays until either side writes. Not thread-safe.
 */
final class ChunkBorders {

  private static final int PAGE_SHIFT = 12;
  private static final int ALIGNMENT_SHIFT = 4;
  private static final int PLACES = 1 << (PAGE_SHIFT - ALIGNMENT_SHIFT);

  private final long firstPage;

  /** The chunk's index and one where it starts, less than 0 where it ends. */
  private int[] @Nullable [] pages;

  private final BitSet shared = new BitSet();

  /**
   * No chunk.
   *
   * @param start first byte of the heap
   */
  ChunkBorders(long start) {
    firstPage = start >>> PAGE_SHIFT;
    pages = new int[64][];
  }

  /** The same chunks after a fork. */
  ChunkBorders(ChunkBorders parent) {
    firstPage = parent.firstPage;
    pages = parent.pages.clone();
    shared.set(0, pages.length);
    parent.shared.set(0, pages.length);
  }

  /** The chunk that starts at an address; -1 if none does. */
  int startingAt(long address) {
    return Math.max(0, get(address)) - 1;
  }

  /** The chunk that ends at an address; -1 if none does. */
  int endingAt(long address) {
    return Math.max(0, -get(address)) - 1;
  }

  /** Enters a free chunk. */
  void put(int chunk, long start, long end) {
    set(start, chunk + 1);
    set(end, -chunk - 1);
  }

  /** Takes a chunk out. */
  void remove(long start, long end) {
    set(start, 0);
    set(end, 0);
  }

  private int get(long address) {
    long page = (address >>> PAGE_SHIFT) - firstPage;
    if (page < 0 || page >= pages.length) {
      return 0;
    }
    int[] places = pages[(int) page];
    return places == null ? 0 : places[place(address)];
  }

  private void set(long address, int value) {
    int page = (int) ((address >>> PAGE_SHIFT) - firstPage);
    if (page >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(page + 1, 2 * pages.length));
    }
    int[] places = pages[page];
    if (places == null) {
      places = new int[PLACES];
      pages[page] = places;
      shared.clear(page);
    } else if (shared.get(page)) {
      places = places.clone();
      pages[page] = places;
      shared.clear(page);
    }
    places[place(address)] = value;
  }

  private static int place(long address) {
    return (int) (address >>> ALIGNMENT_SHIFT) & (PLACES - 1);
  }
}
