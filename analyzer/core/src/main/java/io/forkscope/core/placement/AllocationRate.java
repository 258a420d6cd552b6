package io.forkscope.core.placement;

import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.Recording;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Bytes allocated up to any time as allocation events tell it, as a piecewise linear function. A
 * {@code jdk.ObjectAllocationSample} carries what its thread allocated since its last sample (the
 * sampler is throttled, so that may be much), and is spread evenly over that time; a TLAB leaves
 * eden at the moment of its event.
 */
final class AllocationRate {

  private final long[] nanos;
  private final double[] sums;

  private AllocationRate(long[] nanos, double[] sums) {
    this.nanos = nanos;
    this.sums = sums;
  }

  static AllocationRate of(Recording recording) {
    EventTable tlabs = recording.table(JdkEvents.ALLOCATION_IN_NEW_TLAB);
    if (tlabs.rows() > 0) {
      Spread spread = new Spread(2 * tlabs.rows());
      spread.addAtOnce(tlabs, "tlabSize");
      spread.addAtOnce(recording.table(JdkEvents.ALLOCATION_OUTSIDE_TLAB), "allocationSize");
      return spread.integrate();
    }
    EventTable samples = recording.table(JdkEvents.ALLOCATION_SAMPLE);
    Spread spread = new Spread(2 * samples.rows());
    Map<String, Long> lastOfThread = new HashMap<>();
    for (int row = 0; row < samples.rows(); row++) {
      long now = samples.nanos(row);
      Long last = lastOfThread.put(samples.text("eventThread", row), now);
      spread.add(
          last == null ? recording.firstNanos() : last,
          now,
          (double) samples.number("weight", row));
    }
    return spread.integrate();
  }

  /** Whether any event tells it. */
  boolean isKnown() {
    return nanos.length > 0;
  }

  /** Bytes up to a time; 0 everywhere where nothing is known. */
  double upTo(long time) {
    int at = Arrays.binarySearch(nanos, time);
    if (at >= 0) {
      while (at + 1 < nanos.length && nanos[at + 1] == time) {
        at++;
      }
      return sums[at];
    }
    int next = -at - 1;
    if (next == 0) {
      return 0;
    }
    if (next == nanos.length) {
      return sums[next - 1];
    }
    double part = (double) (time - nanos[next - 1]) / (nanos[next] - nanos[next - 1]);
    return sums[next - 1] + part * (sums[next] - sums[next - 1]);
  }

  /** Amounts spread over spans of time. */
  private static final class Spread {
    /** Where the slope changes, and by how much; a jump has both at one time. */
    private long[] times;

    private double[] slopes;
    private double[] jumps;
    private int count;

    Spread(int expected) {
      times = new long[Math.max(16, expected)];
      slopes = new double[times.length];
      jumps = new double[times.length];
    }

    void addAtOnce(EventTable table, String field) {
      for (int row = 0; row < table.rows(); row++) {
        add(table.nanos(row), table.nanos(row), (double) table.number(field, row));
      }
    }

    void add(long from, long to, double amount) {
      if (to <= from) {
        point(to, 0, amount);
      } else {
        point(from, amount / (to - from), 0);
        point(to, -amount / (to - from), 0);
      }
    }

    private void point(long time, double slope, double jump) {
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
        slopes = Arrays.copyOf(slopes, 2 * count);
        jumps = Arrays.copyOf(jumps, 2 * count);
      }
      times[count] = time;
      slopes[count] = slope;
      jumps[count++] = jump;
    }

    AllocationRate integrate() {
      Integer[] order = new Integer[count];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, java.util.Comparator.comparingLong(i -> times[i]));
      long[] nanos = new long[count];
      double[] sums = new double[count];
      double slope = 0;
      double sum = 0;
      for (int i = 0; i < count; i++) {
        int at = order[i];
        if (i > 0) {
          sum += Math.max(0, slope) * (times[at] - nanos[i - 1]);
        }
        slope += slopes[at];
        sum += jumps[at];
        nanos[i] = times[at];
        sums[i] = sum;
      }
      return new AllocationRate(nanos, sums);
    }
  }
}
