package io.forkscope.models.cpython;

import java.util.function.LongUnaryOperator;

/** Which element of a population the {@code j}-th object of a node belongs to; ascending. */
interface IndexMap {

  /** Every element has one. */
  IndexMap ALL = j -> j;

  long element(long j);

  /** Elements from which on the same ones have an object again. */
  default long period() {
    return 1;
  }

  /** Every {@code every}-th element of {@code outer} has one. */
  static IndexMap multiples(IndexMap outer, long every) {
    return periodic(outer, every, j -> outer.element(j * every));
  }

  /** All elements of {@code outer} but every {@code every}-th have one. */
  static IndexMap others(IndexMap outer, long every) {
    return periodic(
        outer, every, j -> outer.element(j / (every - 1) * every + j % (every - 1) + 1));
  }

  private static IndexMap periodic(IndexMap outer, long every, LongUnaryOperator elements) {
    return new IndexMap() {
      @Override
      public long element(long j) {
        return elements.applyAsLong(j);
      }

      @Override
      public long period() {
        return every * outer.period();
      }
    };
  }

  /** The first of {@code count} objects whose element is at least {@code element}. */
  default long firstAtLeast(long element, long count) {
    long low = 0;
    long high = count;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (element(middle) >= element) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
