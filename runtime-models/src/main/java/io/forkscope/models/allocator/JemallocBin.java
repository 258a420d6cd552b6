package io.forkscope.models.allocator;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The slabs of one small size class. Slots are taken from the current slab, lowest first, then from
 * the oldest slab with a free slot, then from a new one; a slab whose slots are all free gives its
 * pages back.
 *
 * <p>Source: jemalloc 5.3.0 src/arena.c ({@code arena_cache_bin_fill_small}, {@code
 * arena_bin_lower_slab}, {@code arena_dissociate_bin_slab}).
 */
final class JemallocBin {

  private static final int NONE = -1;

  private final int pages;
  private final int slots;
  private final long slotBytes;
  private final int words;
  private final BitSet withFreeSlots;
  private long[] addresses;
  private int[] headers;
  private int[] freeCounts;
  private long[] free;
  private int slabs;
  private int current = NONE;

  JemallocBin(int index) {
    pages = JemallocSizes.slabPages(index);
    slots = JemallocSizes.slots(index);
    slotBytes = JemallocSizes.bytes(index);
    words = (slots + 63) / 64;
    withFreeSlots = new BitSet();
    addresses = new long[4];
    headers = new int[4];
    freeCounts = new int[4];
    free = new long[4 * words];
  }

  JemallocBin(JemallocBin other) {
    pages = other.pages;
    slots = other.slots;
    slotBytes = other.slotBytes;
    words = other.words;
    withFreeSlots = (BitSet) other.withFreeSlots.clone();
    addresses = other.addresses.clone();
    headers = other.headers.clone();
    freeCounts = other.freeCounts.clone();
    free = other.free.clone();
    slabs = other.slabs;
    current = other.current;
  }

  /** Puts {@code count} slots into {@code into[from..]}; the first one taken is the last there. */
  void fill(JemallocExtents extents, long[] into, int count) {
    int left = count;
    while (left > 0) {
      if (current == NONE || freeCounts[current] == 0) {
        chooseCurrent(extents);
      }
      int taken = Math.min(left, freeCounts[current]);
      takeLowest(current, taken, into, left);
      left -= taken;
      extents.writeHeader(headers[current]);
    }
  }

  private void chooseCurrent(JemallocExtents extents) {
    int oldest = withFreeSlots.nextSetBit(0);
    if (oldest >= 0) {
      withFreeSlots.clear(oldest);
      current = oldest;
    } else {
      current = newSlab(extents);
    }
  }

  /** Free slots come in runs, a new slab's all in one. */
  private void takeLowest(int slab, int count, long[] into, int end) {
    int at = end;
    int to = end - count;
    for (int word = slab * words; at > to; word++) {
      long bits = free[word];
      while (bits != 0 && at > to) {
        int from = Long.numberOfTrailingZeros(bits);
        int run = Math.min(at - to, Long.numberOfTrailingZeros(~(bits >>> from)));
        bits &= ~((run == 64 ? -1L : (1L << run) - 1) << from);
        long address = addresses[slab] + ((word - slab * words) * 64L + from) * slotBytes;
        for (int i = 0; i < run; i++) {
          into[--at] = address + i * slotBytes;
        }
      }
      free[word] = bits;
    }
    freeCounts[slab] -= count;
  }

  private int newSlab(JemallocExtents extents) {
    if (slabs == addresses.length) {
      addresses = Arrays.copyOf(addresses, 2 * slabs);
      headers = Arrays.copyOf(headers, 2 * slabs);
      freeCounts = Arrays.copyOf(freeCounts, 2 * slabs);
      free = Arrays.copyOf(free, 2 * slabs * words);
    }
    int slab = slabs++;
    addresses[slab] = extents.take(pages);
    headers[slab] = extents.takeHeader();
    extents.own(addresses[slab], pages, slab);
    freeCounts[slab] = slots;
    for (int slot = 0; slot < slots; slot += 64) {
      free[slab * words + slot / 64] = slots - slot >= 64 ? -1L : (1L << (slots - slot)) - 1;
    }
    return slab;
  }

  /** Takes a slot back. */
  void release(JemallocExtents extents, long address) {
    int slab = extents.owner(address);
    int slot = (int) ((address - addresses[slab]) / slotBytes);
    free[slab * words + slot / 64] |= 1L << (slot % 64);
    freeCounts[slab]++;
    extents.writeHeader(headers[slab]);
    if (freeCounts[slab] == slots) {
      dissolve(extents, slab);
    } else if (freeCounts[slab] == 1 && slab != current) {
      lower(slab);
    }
  }

  private void dissolve(JemallocExtents extents, int slab) {
    if (slab == current) {
      current = NONE;
    }
    withFreeSlots.clear(slab);
    freeCounts[slab] = 0;
    Arrays.fill(free, slab * words, (slab + 1) * words, 0);
    extents.releaseHeader(headers[slab]);
    extents.release(addresses[slab], (long) pages * JemallocExtents.PAGE);
  }

  private void lower(int slab) {
    if (current != NONE && current > slab) {
      if (freeCounts[current] > 0) {
        withFreeSlots.set(current);
      }
      current = slab;
    } else {
      withFreeSlots.set(slab);
    }
  }
}
