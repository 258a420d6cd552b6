package io.forkscope.models.allocator;

/**
 * A map of positive longs to positive longs by open addressing with linear probing; removal shifts
 * the cluster back, so that lookups need no tombstones. Not thread-safe.
 */
final class LongTable {

  /** A key and its value in turn, so that both lie on a cache line; key 0 is none. */
  private long[] entries;

  private int size;

  /**
   * An empty table.
   *
   * @param places at first, a power of two; twice the keys that it holds before it grows
   */
  LongTable(int places) {
    entries = new long[2 * places];
  }

  LongTable(LongTable other) {
    entries = other.entries.clone();
    size = other.size;
  }

  /** The value of a key; 0 if there is none. */
  long get(long key) {
    long[] in = entries;
    for (int i = place(in, key); in[i] != 0; i = next(in, i)) {
      if (in[i] == key) {
        return in[i + 1];
      }
    }
    return 0;
  }

  void put(long key, long value) {
    if (size * 4 >= entries.length) {
      grow();
    }
    long[] in = entries;
    int i = place(in, key);
    while (in[i] != 0 && in[i] != key) {
      i = next(in, i);
    }
    size += in[i] == 0 ? 1 : 0;
    in[i] = key;
    in[i + 1] = value;
  }

  /** Removes a key; its value, or 0 if there was none. */
  long remove(long key) {
    long[] in = entries;
    int i = place(in, key);
    while (in[i] != key) {
      if (in[i] == 0) {
        return 0;
      }
      i = next(in, i);
    }
    final long value = in[i + 1];
    int hole = i;
    for (int k = next(in, i); in[k] != 0; k = next(in, k)) {
      int home = place(in, in[k]);
      if (((k - home) & (in.length - 1)) >= ((k - hole) & (in.length - 1))) {
        in[hole] = in[k];
        in[hole + 1] = in[k + 1];
        hole = k;
      }
    }
    in[hole] = 0;
    size--;
    return value;
  }

  private void grow() {
    long[] old = entries;
    entries = new long[old.length * 2];
    size = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0) {
        put(old[i], old[i + 1]);
      }
    }
  }

  /** Where a key belongs in the entries. */
  private static int place(long[] in, long key) {
    // the top bits: those of Fibonacci hashing that keep equally spaced keys apart
    return (int)
            ((key * 0x9E37_79B9_7F4A_7C15L) >>> (65 - Integer.numberOfTrailingZeros(in.length)))
        << 1;
  }

  private static int next(long[] in, int i) {
    return (i + 2) & (in.length - 1);
  }
}
