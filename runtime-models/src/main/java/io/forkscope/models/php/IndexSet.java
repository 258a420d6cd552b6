package io.forkscope.models.php;

import java.util.BitSet;

/** A set of indices of an array, walked as half-open ranges. */
final class IndexSet {

  private final BitSet bits;

  IndexSet() {
    bits = new BitSet();
  }

  IndexSet(IndexSet other) {
    bits = (BitSet) other.bits.clone();
  }

  boolean isEmpty() {
    return bits.isEmpty();
  }

  /** How many indices are in the set. */
  long size() {
    return bits.cardinality();
  }

  boolean contains(long index) {
    return bits.get(Math.toIntExact(index));
  }

  void clear() {
    bits.clear();
  }

  /** Adds {@code [from, to)}. */
  void add(long from, long to) {
    bits.set(Math.toIntExact(from), Math.toIntExact(to));
  }

  void remove(long index) {
    bits.clear(Math.toIntExact(index));
  }

  /** The first index at or after {@code index} that is not in the set. */
  long firstAbsent(long index) {
    return bits.nextClearBit(Math.toIntExact(index));
  }

  /** Where the run of absent indices that holds {@code index} ends, at most {@code limit}. */
  long absentUntil(long index, long limit) {
    int next = bits.nextSetBit(Math.toIntExact(index));
    return next < 0 ? limit : Math.min(limit, next);
  }

  /** Gives the ranges of the set, in order. */
  void forEach(Target target) {
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int to = bits.nextClearBit(from);
      target.take(from, to);
      from = bits.nextSetBit(to);
    }
  }

  /** Gives the ranges of {@code [from, to)} that are not in the set, in order. */
  void forEachAbsent(long from, long to, Target target) {
    for (long at = firstAbsent(from); at < to; ) {
      long end = absentUntil(at, to);
      target.take(at, end);
      at = firstAbsent(end);
    }
  }

  /** Keeps every {@code every}-th index, counted anew; the others are no longer there. */
  void thin(int every) {
    BitSet kept = new BitSet();
    for (int i = bits.nextSetBit(0); i >= 0; i = bits.nextSetBit(i + 1)) {
      if (i % every == 0) {
        kept.set(i / every);
      }
    }
    bits.clear();
    bits.or(kept);
  }

  /** Takes ranges. */
  @FunctionalInterface
  interface Target {
    void take(long from, long to);
  }
}
