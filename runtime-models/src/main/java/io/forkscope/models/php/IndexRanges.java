package io.forkscope.models.php;

import java.util.ArrayList;
import java.util.List;

/** A set of indices as disjoint half-open ranges. */
final class IndexRanges {

  private final List<long[]> ranges = new ArrayList<>();

  IndexRanges() {}

  IndexRanges(IndexRanges other) {
    other.ranges.forEach(range -> ranges.add(range.clone()));
  }

  /** How many indices are in the set. */
  long size() {
    return ranges.stream().mapToLong(range -> range[1] - range[0]).sum();
  }

  void clear() {
    ranges.clear();
  }

  /** Adds {@code [from, to)}, no part of which is in the set. */
  void add(long from, long to) {
    if (from >= to) {
      return;
    }
    for (long[] range : ranges) {
      if (range[1] == from) {
        range[1] = to;
        return;
      }
    }
    ranges.add(new long[] {from, to});
  }

  /** The first index at or after {@code index} that is not in the set. */
  long firstAbsent(long index) {
    long at = index;
    for (boolean moved = true; moved; ) {
      moved = false;
      for (long[] range : ranges) {
        if (range[0] <= at && at < range[1]) {
          at = range[1];
          moved = true;
        }
      }
    }
    return at;
  }

  /** Where the run of absent indices that holds {@code index} ends, at most {@code limit}. */
  long absentUntil(long index, long limit) {
    long end = limit;
    for (long[] range : ranges) {
      if (range[0] > index) {
        end = Math.min(end, range[0]);
      }
    }
    return end;
  }

  void forEach(Target target) {
    for (long[] range : ranges) {
      target.take(range[0], range[1]);
    }
  }

  /** Takes ranges. */
  @FunctionalInterface
  interface Target {
    void take(long from, long to);
  }
}
