package io.forkscope.models.allocator;

/** The thirty small size classes of the Zend memory manager. */
final class ZendBins {

  /** Slot bytes, slots in a run, pages of a run: PHP 8.2 Zend/zend_alloc_sizes.h. */
  private static final int[][] BINS = {
    {8, 512, 1}, {16, 256, 1}, {24, 170, 1}, {32, 128, 1}, {40, 102, 1},
    {48, 85, 1}, {56, 73, 1}, {64, 64, 1}, {80, 51, 1}, {96, 42, 1},
    {112, 36, 1}, {128, 32, 1}, {160, 25, 1}, {192, 21, 1}, {224, 18, 1},
    {256, 16, 1}, {320, 64, 5}, {384, 32, 3}, {448, 9, 1}, {512, 8, 1},
    {640, 32, 5}, {768, 16, 3}, {896, 9, 2}, {1024, 8, 2}, {1280, 16, 5},
    {1536, 8, 3}, {1792, 16, 7}, {2048, 8, 4}, {2560, 8, 5}, {3072, 4, 3}
  };

  /** The largest small block, in bytes. */
  static final int LARGEST = 3072;

  private ZendBins() {}

  static int count() {
    return BINS.length;
  }

  /** The bin of a request of {@code bytes}, at most {@link #LARGEST}. */
  static int of(long bytes) {
    for (int bin = 0; bin < BINS.length; bin++) {
      if (bytes <= BINS[bin][0]) {
        return bin;
      }
    }
    throw new IllegalArgumentException(bytes + " bytes are no small block");
  }

  static int slotBytes(int bin) {
    return BINS[bin][0];
  }

  static int slots(int bin) {
    return BINS[bin][1];
  }

  static int pages(int bin) {
    return BINS[bin][2];
  }
}
