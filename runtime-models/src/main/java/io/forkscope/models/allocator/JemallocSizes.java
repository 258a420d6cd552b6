package io.forkscope.models.allocator;

/**
 * jemalloc's size classes with a quantum of 16 bytes and pages of 4 KiB: 8, then four classes for
 * each doubling. Up to 14 KiB they are slots of slabs, from 16 KiB on extents of their own.
 *
 * <p>Source: jemalloc 5.3.0 src/sc.c ({@code size_class}, {@code slab_size}), src/tcache.c ({@code
 * tcache_ncached_max_compute}, {@code opt_tcache_nslots_*}); Debian builds it with {@code
 * --with-lg-page=12}.
 */
public final class JemallocSizes {

  /** Classes whose blocks are slots of slabs: {@code SC_NBINS}. */
  static final int SMALL = 36;

  /** Classes that a thread caches, up to 32 KiB: {@code nhbins} with the default tcache_max. */
  static final int CACHED = 41;

  private static final int PAGE = 4096;
  private static final int CLASSES = 160;

  // opt_tcache_nslots_small_min, _small_max, _large and lg_tcache_nslots_mul of 5.3.0
  private static final int LEAST_CACHED = 20;
  private static final int MOST_CACHED = 200;
  private static final int LARGE_CACHED = 20;
  private static final int CACHED_PER_SLOT = 2;

  private static final long[] BYTES = new long[CLASSES];

  /**
   * The classes of requests up to 16 KiB, by sixteenths: every class is a multiple of 16, but 8.
   */
  private static final byte[] INDICES = new byte[1025];

  static {
    BYTES[0] = 8;
    for (int i = 1; i < CLASSES; i++) {
      // 16 to 64 in steps of 16, then each doubling in four steps
      int group = Math.max(0, (i - 1) / 4);
      long base = group == 0 ? 0 : 32L << group;
      long step = group == 0 ? 16 : 8L << group;
      BYTES[i] = base + step * ((i - 1) % 4 + 1);
    }
    for (int i = 1; i < INDICES.length; i++) {
      INDICES[i] = (byte) computed(16L * i);
    }
  }

  private JemallocSizes() {}

  /** Bytes of a block of a class: 8, 16, 32, 48, 64, 80, … */
  public static long bytes(int index) {
    return BYTES[index];
  }

  /** The smallest class that holds a request. */
  public static int index(long bytes) {
    if (bytes <= 8) {
      return 0;
    }
    return bytes <= 16L * (INDICES.length - 1) ? INDICES[(int) (bytes + 15) >> 4] : computed(bytes);
  }

  private static int computed(long bytes) {
    if (bytes <= 64) {
      return (int) ((bytes + 15) / 16);
    }
    int group = 64 - Long.numberOfLeadingZeros(bytes - 1) - 6;
    long base = 32L << group;
    long step = 8L << group;
    int index = group * 4 + (int) ((bytes - base + step - 1) / step);
    if (index >= CLASSES) {
      throw new IllegalArgumentException(bytes + " bytes are beyond jemalloc's size classes");
    }
    return index;
  }

  /** The bytes that a request really gets. */
  public static long usable(long bytes) {
    return BYTES[index(bytes)];
  }

  /** Pages of a slab: the fewest that its slots fill without rest. */
  static int slabPages(int index) {
    int pages = 1;
    while ((long) pages * PAGE % BYTES[index] != 0) {
      pages++;
    }
    return pages;
  }

  /** Slots of a slab. */
  static int slots(int index) {
    return (int) ((long) slabPages(index) * PAGE / BYTES[index]);
  }

  /** Blocks that a thread's cache holds at most. */
  static int cached(int index) {
    if (index >= SMALL) {
      return LARGE_CACHED;
    }
    return Math.max(LEAST_CACHED, Math.min(MOST_CACHED, CACHED_PER_SLOT * slots(index)));
  }
}
