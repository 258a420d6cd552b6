package io.forkscope.core.placement;

import io.forkscope.core.recording.Recording;
import java.util.ArrayList;
import java.util.List;

/**
 * How many bytes the program had allocated in the young generation at any time. Exact at the
 * anchors, where a collection (or the agent) says how full eden is; in between, in proportion to
 * the {@link AllocationRate}, or to time where nothing is known of it; after the last anchor, by
 * the allocation events scaled as they were before it, or at the last known rate.
 */
final class AllocationClock {

  private final long[] anchorNanos;
  private final long[] anchorBytes;
  private final AllocationRate rate;
  private final double tailPerWeight;
  private final double tailPerNano;

  private AllocationClock(List<long[]> anchors, AllocationRate rate) {
    this.anchorNanos = anchors.stream().mapToLong(a -> a[0]).toArray();
    this.anchorBytes = anchors.stream().mapToLong(a -> a[1]).toArray();
    this.rate = rate;
    int last = anchorNanos.length - 1;
    double weight = last < 1 ? 0 : rate.upTo(anchorNanos[last]) - rate.upTo(anchorNanos[0]);
    double bytes = last < 1 ? 0 : anchorBytes[last] - anchorBytes[0];
    tailPerWeight = weight > 0 && bytes > 0 ? bytes / weight : 1;
    double nanos = last < 1 ? 0 : anchorNanos[last] - anchorNanos[0];
    tailPerNano = nanos > 0 ? bytes / nanos : 0;
  }

  /** Collects the anchors, in order of time. */
  static final class Builder {
    private final List<long[]> anchors = new ArrayList<>();
    private long bytes;

    /** The program allocated so much since the last anchor. */
    void allocated(long atNanos, long moreBytes) {
      bytes += Math.max(0, moreBytes);
      long time = atNanos;
      if (!anchors.isEmpty()) {
        time = Math.max(atNanos, anchors.get(anchors.size() - 1)[0]);
      }
      anchors.add(new long[] {time, bytes});
    }

    AllocationClock build(Recording recording) {
      return new AllocationClock(anchors, AllocationRate.of(recording));
    }
  }

  /** Bytes allocated up to a time; never falls. */
  long bytes(long nanos) {
    if (anchorNanos.length == 0 || nanos <= anchorNanos[0]) {
      return anchorBytes.length == 0 ? 0 : anchorBytes[0];
    }
    int last = anchorNanos.length - 1;
    if (nanos >= anchorNanos[last]) {
      double weight = rate.upTo(nanos) - rate.upTo(anchorNanos[last]);
      double more =
          rate.isKnown() ? weight * tailPerWeight : (nanos - anchorNanos[last]) * tailPerNano;
      return anchorBytes[last] + Math.round(more);
    }
    int at = java.util.Arrays.binarySearch(anchorNanos, nanos);
    if (at >= 0) {
      while (anchorNanos[at + 1] == nanos) {
        at++;
      }
      return anchorBytes[at];
    }
    at = -at - 2;
    double whole = rate.upTo(anchorNanos[at + 1]) - rate.upTo(anchorNanos[at]);
    double part = rate.upTo(nanos) - rate.upTo(anchorNanos[at]);
    if (whole <= 0) {
      whole = anchorNanos[at + 1] - anchorNanos[at];
      part = nanos - anchorNanos[at];
    }
    long total = anchorBytes[at + 1] - anchorBytes[at];
    return anchorBytes[at] + Math.round(total * Math.min(1, part / whole));
  }

  /** Whether the amount after the last anchor rests on a mean rate alone. */
  boolean guessesTheTail() {
    return !rate.isKnown();
  }
}
