package io.forkscope.models.allocator;

/**
 * A map of positive longs to positive longs by open addressing with linear probing; removal shifts
 * the cluster back, so that lookups need no tombstones. Not thread-safe.
 */
final class LongTable {

  private long[] keys;
  private long[] values;
  private int size;

  /**
   * An empty table.
   *
   * @param places at first, a power of two; twice the keys that it holds before it grows
   */
  LongTable(int places) {
    keys = new long[places];
    values = new long[places];
  }

  LongTable(LongTable other) {
    keys = other.keys.clone();
    values = other.values.clone();
    size = other.size;
  }

  /** The value of a key; 0 if there is none. */
  long get(long key) {
    for (int i = slot(key); keys[i] != 0; i = next(i)) {
      if (keys[i] == key) {
        return values[i];
      }
    }
    return 0;
  }

  void put(long key, long value) {
    if (size * 2 >= keys.length) {
      grow();
    }
    int i = slot(key);
    while (keys[i] != 0 && keys[i] != key) {
      i = next(i);
    }
    size += keys[i] == 0 ? 1 : 0;
    keys[i] = key;
    values[i] = value;
  }

  /** Removes a key; its value, or 0 if there was none. */
  long remove(long key) {
    int i = slot(key);
    while (keys[i] != key) {
      if (keys[i] == 0) {
        return 0;
      }
      i = next(i);
    }
    final long value = values[i];
    int hole = i;
    for (int k = next(i); keys[k] != 0; k = next(k)) {
      int home = slot(keys[k]);
      if (((k - home) & (keys.length - 1)) >= ((k - hole) & (keys.length - 1))) {
        keys[hole] = keys[k];
        values[hole] = values[k];
        hole = k;
      }
    }
    keys[hole] = 0;
    size--;
    return value;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[keys.length];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        put(oldKeys[i], oldValues[i]);
      }
    }
  }

  private int slot(long key) {
    // the top bits: those of Fibonacci hashing that keep equally spaced keys apart
    return (int)
        ((key * 0x9E37_79B9_7F4A_7C15L) >>> (64 - Integer.numberOfTrailingZeros(keys.length)));
  }

  private int next(int i) {
    return (i + 1) & (keys.length - 1);
  }
}
