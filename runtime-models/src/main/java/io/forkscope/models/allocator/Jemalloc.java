package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.model.ProcessMemory;

/**
 * jemalloc as one thread of a process sees it: a cache of blocks for each size class, last in,
 * first out, over the slabs and extents of one arena.
 *
 * <p>Idea: a block that is freed goes on the cache's stack and is not written; the next request of
 * its class takes it. An empty cache is filled from slabs, lowest slot first; a full one returns
 * its older half. Each 64 KiB taken, and each 64 KiB freed, one class in turn returns three
 * quarters of what it did not need since its last turn. Only the headers of slabs are written for
 * that, never the blocks.
 *
 * <p>Source: jemalloc 5.3.0 src/tcache.c ({@code tcache_alloc_small_hard}, {@code
 * tcache_bin_flush_impl}, {@code tcache_event}), include/jemalloc/internal/cache_bin.h,
 * src/large.c, include/jemalloc/internal/arena_inlines_b.h ({@code
 * arena_cache_oblivious_randomize}). The caches' own memory is a few pages, and the caller's to
 * count.
 */
public final class Jemalloc implements HeapAllocator {

  private static final int PAGE = JemallocExtents.PAGE;
  private static final int CACHE_LINE = 64;

  /** Blocks from here on lie in an arena of their own: opt.oversize_threshold. */
  public static final long OVERSIZE_BYTES = 8L << 20;

  /** {@code opt_tcache_gc_incr_bytes}. */
  private static final long BYTES_PER_EVENT = 65_536;

  private final Cause metadataCause;
  private final JemallocExtents extents;
  private final JemallocBin[] bins = new JemallocBin[JemallocSizes.SMALL];
  private final Cache[] caches = new Cache[JemallocSizes.CACHED];
  private long offsets;
  private long bytesToTakeEvent = BYTES_PER_EVENT;
  private long bytesToFreeEvent = BYTES_PER_EVENT;
  private int nextEventClass;

  /**
   * An arena without blocks. Its address space, {@code bytes} and a thirtieth more for its own
   * data, is mapped; only what is written becomes resident.
   *
   * @param metadataCause of what it writes itself
   * @param base where its first extent will lie, a page boundary
   * @param bytes of address space, a multiple of the page size
   * @param pageSize of the pages of blocks
   * @param seed of the offsets that large blocks get inside their first page
   */
  public Jemalloc(
      ProcessMemory memory,
      Cause metadataCause,
      long base,
      long bytes,
      PageSize pageSize,
      long seed) {
    this.metadataCause = metadataCause;
    this.extents = new JemallocExtents(memory, memory.sink(metadataCause), base, bytes, pageSize);
    this.offsets = seed;
    for (int i = 0; i < caches.length; i++) {
      caches[i] = new Cache(JemallocSizes.cached(i));
    }
    for (int i = 0; i < bins.length; i++) {
      bins[i] = new JemallocBin(i);
    }
  }

  private Jemalloc(Jemalloc other, ProcessMemory memory) {
    metadataCause = other.metadataCause;
    extents = new JemallocExtents(other.extents, memory, memory.sink(metadataCause));
    offsets = other.offsets;
    for (int i = 0; i < caches.length; i++) {
      caches[i] = new Cache(other.caches[i]);
    }
    for (int i = 0; i < bins.length; i++) {
      bins[i] = new JemallocBin(other.bins[i]);
    }
    bytesToTakeEvent = other.bytesToTakeEvent;
    bytesToFreeEvent = other.bytesToFreeEvent;
    nextEventClass = other.nextEventClass;
  }

  /** Takes pages for blocks that the caller does not model. */
  public void reserve(long pages) {
    extents.take(pages);
  }

  @Override
  public HeapAllocator fork(ProcessMemory memory) {
    return new Jemalloc(this, memory);
  }

  @Override
  public long usableBytes(long bytes) {
    return JemallocSizes.usable(bytes);
  }

  @Override
  public boolean staysInPlace(long fromBytes, long toBytes) {
    return JemallocSizes.index(fromBytes) == JemallocSizes.index(toBytes);
  }

  @Override
  public long allocate(long bytes) {
    int index = JemallocSizes.index(bytes);
    long address = index < caches.length ? takeCached(index) : takeLarge(index);
    bytesToTakeEvent -= JemallocSizes.bytes(index);
    if (bytesToTakeEvent <= 0) {
      bytesToTakeEvent = BYTES_PER_EVENT;
      event();
    }
    return address;
  }

  private long takeCached(int index) {
    Cache cache = caches[index];
    if (cache.count == 0) {
      if (index >= JemallocSizes.SMALL) {
        cache.low = 0;
        return takeLarge(index);
      }
      int fill = cache.stack.length >> cache.fillShift;
      bins[index].fill(extents, cache.stack, fill);
      cache.count = fill;
      cache.low = 0;
      cache.refilled = true;
    }
    long address = cache.stack[--cache.count];
    cache.low = Math.min(cache.low, cache.count);
    return address;
  }

  @Override
  public void free(long address, long bytes) {
    int index = JemallocSizes.index(bytes);
    if (index < caches.length) {
      Cache cache = caches[index];
      if (cache.count == cache.stack.length) {
        flush(index, cache.count - cache.count / 2);
      }
      cache.stack[cache.count++] = address;
    } else {
      releaseLarge(index, address);
    }
    bytesToFreeEvent -= JemallocSizes.bytes(index);
    if (bytesToFreeEvent <= 0) {
      bytesToFreeEvent = BYTES_PER_EVENT;
      event();
    }
  }

  @Override
  public int allocateRounds(int[] passing, int[] kept, int most, long[][] into, int from) {
    int rounds = Math.min(most, roundsAtHand(passing, kept));
    if (rounds <= 0) {
      return 0;
    }
    for (int i = 0; i < kept.length; i++) {
      int index = JemallocSizes.index(kept[i]);
      int step = uses(kept, index, kept.length);
      int above = uses(passing, index, passing.length) + uses(kept, index, i);
      caches[index].copy(above, step, rounds, into[i], from);
    }
    for (int i = 0; i < kept.length; i++) {
      int index = JemallocSizes.index(kept[i]);
      if (uses(kept, index, i) == 0) {
        int above = uses(passing, index, passing.length);
        caches[index].take(above, rounds * uses(kept, index, kept.length));
      }
    }
    for (int bytes : passing) {
      int index = JemallocSizes.index(bytes);
      caches[index].take(uses(passing, index, passing.length), 0);
    }
    bytesToTakeEvent -= rounds * (usable(passing) + usable(kept));
    bytesToFreeEvent -= rounds * usable(passing);
    return rounds;
  }

  /** How many rounds neither empty a cache nor reach an event. */
  private int roundsAtHand(int[] passing, int[] kept) {
    long taken = usable(passing) + usable(kept);
    long rounds =
        Math.min((bytesToTakeEvent - 1) / taken, (bytesToFreeEvent - 1) / usable(passing));
    for (int bytes : passing) {
      int index = JemallocSizes.index(bytes);
      if (index >= caches.length || caches[index].count < uses(passing, index, passing.length)) {
        return 0;
      }
    }
    for (int bytes : kept) {
      int index = JemallocSizes.index(bytes);
      if (index >= caches.length) {
        return 0;
      }
      int left = caches[index].count - uses(passing, index, passing.length);
      rounds = Math.min(rounds, left / uses(kept, index, kept.length));
    }
    return (int) rounds;
  }

  /** How many of the first requests are of a class. */
  private static int uses(int[] requests, int index, int end) {
    int uses = 0;
    for (int i = 0; i < end; i++) {
      uses += JemallocSizes.index(requests[i]) == index ? 1 : 0;
    }
    return uses;
  }

  private static long usable(int[] requests) {
    long bytes = 0;
    for (int request : requests) {
      bytes += JemallocSizes.usable(request);
    }
    return bytes;
  }

  @Override
  public void purge() {
    extents.purge();
  }

  /** A large block lies at a random cache line of its extent's first page. */
  private long takeLarge(int index) {
    long bytes = extentBytes(index);
    long extent = extents.take(bytes / PAGE);
    extents.writeBorders(extent, bytes);
    // a linear congruential step, as prng_lg_range takes
    offsets = offsets * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
    return extent + (offsets >>> 58) * CACHE_LINE; // 6 bits: the 64 lines of a page
  }

  private void releaseLarge(int index, long address) {
    extents.release(address & -PAGE, extentBytes(index));
  }

  /** With {@code sz_large_pad}, the page that the random offset needs. */
  private static long extentBytes(int index) {
    return (JemallocSizes.bytes(index) + PAGE + PAGE - 1) & -PAGE;
  }

  /** Returns the oldest blocks of a cache. */
  private void flush(int index, int blocks) {
    Cache cache = caches[index];
    for (int i = 0; i < blocks; i++) {
      if (index < JemallocSizes.SMALL) {
        bins[index].release(extents, cache.stack[i]);
      } else {
        releaseLarge(index, cache.stack[i]);
      }
    }
    cache.count -= blocks;
    System.arraycopy(cache.stack, blocks, cache.stack, 0, cache.count);
    cache.low = Math.min(cache.low, cache.count);
  }

  private void event() {
    int index = nextEventClass;
    Cache cache = caches[index];
    if (cache.low > 0) {
      flush(index, cache.low - cache.low / 4);
      if (index < JemallocSizes.SMALL && cache.stack.length >> (cache.fillShift + 1) >= 1) {
        cache.fillShift++;
      }
    } else if (cache.refilled) {
      cache.fillShift = Math.max(1, cache.fillShift - 1);
      cache.refilled = false;
    }
    cache.low = cache.count;
    nextEventClass = (index + 1) % caches.length;
  }

  /** The cached blocks of one class; the last one of the stack is the next to be taken. */
  private static final class Cache {
    final long[] stack;
    int count;
    int low;
    int fillShift = 1;
    boolean refilled;

    Cache(int most) {
      stack = new long[most];
    }

    Cache(Cache other) {
      stack = other.stack.clone();
      count = other.count;
      low = other.low;
      fillShift = other.fillShift;
      refilled = other.refilled;
    }

    /** Copies the addresses of every {@code step}-th block below the topmost ones. */
    void copy(int above, int step, int blocks, long[] into, int from) {
      int next = count - 1 - above;
      for (int i = 0; i < blocks; i++) {
        into[from + i] = stack[next - i * step];
      }
    }

    /** Takes blocks from below the topmost ones, which were taken meanwhile and are back. */
    void take(int above, int blocks) {
      System.arraycopy(stack, count - above, stack, count - above - blocks, above);
      count -= blocks;
      low = Math.min(low, count - above);
    }
  }
}
