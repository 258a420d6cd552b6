package io.forkscope.core.memory;

import java.util.Arrays;

/**
 * A small number for each page of a region, bit-sliced: plane {@code i} is the set of pages whose
 * number has bit {@code i}. 64 pages take the same number in one operation a set bit. A page never
 * set has 0, so callers keep beside it which pages count.
 */
final class SlicedValues {
  private final int words;
  private Bits[] planes = {};

  SlicedValues(int words) {
    this.words = words;
  }

  /** Gives the pages of a mask, which had none before, their number. */
  void set(int word, long mask, int value) {
    for (int rest = value; rest != 0; rest &= rest - 1) {
      plane(Integer.numberOfTrailingZeros(rest)).or(word, mask);
    }
  }

  int get(int page) {
    int value = 0;
    for (int i = 0; i < planes.length; i++) {
      value |= planes[i].contains(page) ? 1 << i : 0;
    }
    return value;
  }

  /** The pages of a mask that have a number. */
  long pagesWith(int word, long mask, int value) {
    long with = mask;
    for (int i = 0; i < planes.length && with != 0; i++) {
      long plane = planes[i].get(word);
      with &= (value & 1 << i) == 0 ? ~plane : plane;
    }
    return value >>> planes.length == 0 ? with : 0;
  }

  /** Takes their number from the pages of a mask. */
  void clear(int word, long mask) {
    for (Bits plane : planes) {
      plane.clear(word, mask);
    }
  }

  private Bits plane(int i) {
    while (planes.length <= i) {
      planes = Arrays.copyOf(planes, planes.length + 1);
      planes[planes.length - 1] = new Bits(words);
    }
    return planes[i];
  }
}
