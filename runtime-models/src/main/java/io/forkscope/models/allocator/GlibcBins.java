package io.forkscope.models.allocator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The free chunks of a glibc arena: lists of one size, last in, first out, whose chunks are never
 * joined (tcache and fastbins), runs of chunks that lie apart, and joined chunks by address and
 * size.
 */
final class GlibcBins {

  /** Largest chunk of a fastbin: {@code DEFAULT_MXFAST}, 64 * 8 / 4 bytes of request. */
  static final int LARGEST_FAST = 128;

  /** Largest chunk that the tcache keeps: {@code MAX_TCACHE_SIZE}. */
  private static final int LARGEST_CACHED = 1040;

  /** {@code MINSIZE}, the least chunk. */
  static final int LEAST_CHUNK = 32;

  /** {@code MALLOC_ALIGNMENT}. */
  private static final int UNIT = 16;

  /** Chunks of one size in the tcache: {@code TCACHE_FILL_COUNT}. */
  private static final int CACHED = 7;

  /** By chunk size in units of {@link #UNIT}. */
  private final @Nullable FreeSlots[] quick = new FreeSlots[LARGEST_CACHED / UNIT + 1];

  private final TreeMap<Long, FreeSlots> apart = new TreeMap<>();
  private final TreeMap<Long, Long> joined = new TreeMap<>();
  private final TreeMap<Long, TreeSet<Long>> bySize = new TreeMap<>();

  GlibcBins() {}

  GlibcBins(GlibcBins other) {
    for (int i = 0; i < quick.length; i++) {
      FreeSlots slots = other.quick[i];
      if (slots != null) {
        quick[i] = new FreeSlots(slots);
      }
    }
    other.apart.forEach((size, slots) -> apart.put(size, new FreeSlots(slots)));
    joined.putAll(other.joined);
    other.bySize.forEach((size, chunks) -> bySize.put(size, new TreeSet<>(chunks)));
  }

  /** Whether a freed chunk of this size is kept by size and not joined. */
  boolean keepsQuick(long chunk) {
    if (chunk <= LARGEST_FAST) {
      return true;
    }
    FreeSlots slots = own(chunk);
    return chunk <= LARGEST_CACHED && (slots == null || slots.count() < CACHED);
  }

  void pushQuick(long first, long chunk, long stride, long count) {
    if (chunk > LARGEST_CACHED) {
      apart.computeIfAbsent(chunk, size -> new FreeSlots()).push(first, stride, count);
      return;
    }
    FreeSlots slots = own(chunk);
    if (slots == null) {
      slots = new FreeSlots();
      quick[(int) chunk / UNIT] = slots;
    }
    slots.push(first, stride, count);
  }

  private @Nullable FreeSlots own(long chunk) {
    return chunk > LARGEST_CACHED ? null : quick[(int) chunk / UNIT];
  }

  /**
   * The list that serves a request whole: that of its own size, or the best fit among chunks that
   * lie apart if what would be left is no chunk.
   */
  @Nullable FreeSlots listFor(long chunk) {
    FreeSlots own = own(chunk);
    if (own != null && own.topCount() > 0) {
      return own;
    }
    if (apart.isEmpty()) {
      return null;
    }
    Map.Entry<Long, FreeSlots> fit = apart.ceilingEntry(chunk);
    while (fit != null && fit.getValue().topCount() == 0) {
      apart.remove(fit.getKey());
      fit = apart.ceilingEntry(chunk);
    }
    return fit == null
            || fit.getKey() - chunk >= LEAST_CHUNK
            || smallestJoined(chunk) < fit.getKey()
        ? null
        : fit.getValue();
  }

  private long smallestJoined(long chunk) {
    Long size = bySize.ceilingKey(chunk);
    return size == null ? Long.MAX_VALUE : size;
  }

  /** Makes the next chunk that lies apart a joined one if it is the best fit for a request. */
  void offerApart(long chunk) {
    if (apart.isEmpty()) {
      return;
    }
    Map.Entry<Long, FreeSlots> fit = apart.ceilingEntry(chunk);
    if (fit != null && fit.getValue().topCount() > 0 && smallestJoined(chunk) > fit.getKey()) {
      insert(fit.getValue().take(1), fit.getKey());
    }
  }

  /** Whether a fastbin holds more than the tcache keeps from being joined. */
  boolean holdsFast() {
    for (int i = 0; i <= LARGEST_FAST / UNIT; i++) {
      FreeSlots slots = quick[i];
      if (slots != null && slots.count() > CACHED) {
        return true;
      }
    }
    return false;
  }

  /**
   * Empties the fastbins and gives each run, and where its chunks end. Runs whose chunks fill the
   * room between each other are given as one run of touching chunks; chunks that lie apart stay
   * where they are.
   */
  void drainFast(BlockRuns.RunTarget each, BlockRuns.RunTarget ends, BlockRuns.RunTarget touching) {
    if (!holdsFast()) {
      return;
    }
    List<long[]> runs = new ArrayList<>();
    for (int i = 0; i <= LARGEST_FAST / UNIT; i++) {
      long chunk = (long) i * UNIT;
      FreeSlots slots = quick[i];
      if (slots != null && slots.count() > CACHED) {
        while (slots.popRun(
            (first, stride, count) -> runs.add(upward(first, stride, count, chunk)))) {}
      }
    }
    runs.forEach(run -> each.take(run[0], run[1], run[2]));
    runs.forEach(run -> ends.take(run[0] + run[3], run[1], run[2]));
    runs.sort(Comparator.comparingLong(run -> run[0]));
    for (int i = 0; i < runs.size(); ) {
      int end = i + 1;
      long[] run = runs.get(i);
      long filled = run[3];
      while (end < runs.size()
          && runs.get(end)[1] == run[1]
          && runs.get(end)[0] == run[0] + filled
          && filled < run[1]) {
        filled += runs.get(end++)[3];
      }
      if (filled == run[1] || run[2] == 1) {
        long count = Long.MAX_VALUE;
        for (int k = i; k < end; k++) {
          count = Math.min(count, runs.get(k)[2]);
        }
        touching.take(run[0], filled, count);
        for (int k = i; k < end; k++) {
          keep(runs.get(k), count);
        }
      } else {
        runs.subList(i, end).forEach(apart -> keep(apart, 0));
      }
      i = end;
    }
  }

  private void keep(long[] run, long from) {
    if (run[2] > from) {
      apart
          .computeIfAbsent(run[3], size -> new FreeSlots())
          .push(run[0] + from * run[1], run[1], run[2] - from);
    }
  }

  private static long[] upward(long first, long stride, long count, long chunk) {
    return stride >= 0
        ? new long[] {first, count == 1 ? chunk : stride, count, chunk}
        : new long[] {first + (count - 1) * stride, -stride, count, chunk};
  }

  /** The address of the smallest joined chunk that holds {@code chunk} bytes; 0 if none does. */
  long bestFit(long chunk) {
    if (bySize.isEmpty()) {
      return 0;
    }
    Map.Entry<Long, TreeSet<Long>> entry = bySize.ceilingEntry(chunk);
    return entry == null ? 0 : entry.getValue().first();
  }

  void insert(long address, long bytes) {
    joined.put(address, bytes);
    bySize.computeIfAbsent(bytes, size -> new TreeSet<>()).add(address);
  }

  /** Bytes of the joined chunk at an address; 0 if there is none. */
  long bytesAt(long address) {
    return joined.getOrDefault(address, 0L);
  }

  /** Takes a joined chunk away; its bytes, or 0 if there is none at this address. */
  long remove(long address) {
    Long bytes = joined.remove(address);
    if (bytes == null) {
      return 0;
    }
    TreeSet<Long> same = bySize.get(bytes);
    if (same != null) {
      same.remove(address);
      if (same.isEmpty()) {
        bySize.remove(bytes);
      }
    }
    return bytes;
  }

  /** The joined chunk that ends at an address; 0 if there is none. */
  long endingAt(long address) {
    Map.Entry<Long, Long> below = joined.lowerEntry(address);
    return below != null && below.getKey() + below.getValue() == address ? below.getKey() : 0;
  }
}
