package io.forkscope.core.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of page indices of one region, in words of 64. Few words are kept in an open-addressing
 * table, 24 bytes a word at most; from an eighth of the region on it becomes one flat array, whose
 * test is one load.
 */
final class Bits {
  private static final int SMALL_WORDS = 16;

  private final int words;

  /** All words, or null while the set is sparse. */
  long @Nullable [] flat;

  /** Word index + 1, or 0 for an empty place. */
  private int[] keys = NONE;

  private long[] values = NO_VALUES;
  private int used;

  private static final int[] NONE = {};
  private static final long[] NO_VALUES = {};

  /**
   * An empty set.
   *
   * @param words of the region
   */
  Bits(int words) {
    this.words = words;
    if (words <= SMALL_WORDS) {
      flat = new long[words];
    }
  }

  int words() {
    return words;
  }

  long get(int word) {
    long[] all = flat;
    if (all != null) {
      return all[word];
    }
    if (used == 0) {
      return 0;
    }
    return values[place(word)];
  }

  boolean contains(int page) {
    return (get(page >>> 6) & (1L << page)) != 0;
  }

  /** Adds the pages of a mask. */
  void or(int word, long mask) {
    if (mask == 0) {
      return;
    }
    long[] all = flat;
    if (all != null) {
      all[word] |= mask;
      return;
    }
    if (2 * used >= keys.length) {
      grow();
      or(word, mask);
      return;
    }
    int place = place(word);
    if (keys[place] == 0) {
      keys[place] = word + 1;
      used++;
    }
    values[place] |= mask;
  }

  /** Removes the pages of a mask. */
  void clear(int word, long mask) {
    long[] all = flat;
    if (all != null) {
      all[word] &= ~mask;
    } else if (used != 0) {
      values[place(word)] &= ~mask;
    }
  }

  /** Adds all pages of another set of the same region. */
  void addAll(Bits other) {
    long[] theirs = other.flat;
    if (theirs != null) {
      for (int word = 0; word < theirs.length; word++) {
        or(word, theirs[word]);
      }
      return;
    }
    for (int place = 0; place < other.keys.length; place++) {
      if (other.keys[place] != 0) {
        or(other.keys[place] - 1, other.values[place]);
      }
    }
  }

  /** Word indices that may hold pages, ascending. */
  int[] wordIndices() {
    long[] all = flat;
    int[] indices = new int[all == null ? used : all.length];
    int count = 0;
    if (all != null) {
      for (int word = 0; word < all.length; word++) {
        if (all[word] != 0) {
          indices[count++] = word;
        }
      }
    } else {
      for (int key : keys) {
        if (key != 0) {
          indices[count++] = key - 1;
        }
      }
      Arrays.sort(indices, 0, count);
    }
    return Arrays.copyOf(indices, count);
  }

  /** Becomes flat before many words are added. */
  void expect(int moreWords) {
    if (flat == null && used + moreWords >= words >> 3) {
      flatten();
    }
  }

  private void grow() {
    if (used >= words >> 3) {
      flatten();
      return;
    }
    int[] oldKeys = keys;
    long[] oldValues = values;
    int capacity = Math.max(8, keys.length * 2);
    keys = new int[capacity];
    values = new long[capacity];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int place = place(oldKeys[i] - 1);
        keys[place] = oldKeys[i];
        values[place] = oldValues[i];
      }
    }
  }

  private void flatten() {
    long[] all = new long[words];
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != 0) {
        all[keys[i] - 1] = values[i];
      }
    }
    flat = all;
    keys = NONE;
    values = NO_VALUES;
    used = 0;
  }

  /** The place of a word, or the empty place where it would go. */
  private int place(int word) {
    int mask = keys.length - 1;
    // Multiplicative hashing with the golden ratio: Knuth, TAOCP vol. 3, 6.4.
    int place = (word * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(mask);
    while (keys[place] != 0 && keys[place] != word + 1) {
      place = (place + 1) & mask;
    }
    return place;
  }
}
