package io.forkscope.core.forkcost;

import java.util.ArrayList;
import java.util.List;

/**
 * A line through times over numbers of pages, of which some may be wrong; see {@link Calibration}.
 *
 * @param interceptNanos where there are no pages
 * @param slopeNanos more for each page
 */
record ForkLine(double interceptNanos, double slopeNanos) {

  /**
   * The line.
   *
   * @param pages of each point, above 0
   * @param nanos of each point
   * @param fixedNanos the time without pages, for a point that is alone
   */
  static ForkLine through(double[] pages, double[] nanos, double fixedNanos) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < pages.length; i++) {
      for (int j = 0; j < i; j++) {
        if (pages[i] != pages[j]) {
          slopes.add((nanos[i] - nanos[j]) / (pages[i] - pages[j]));
        }
      }
    }
    if (slopes.isEmpty()) {
      slopes.add((nanos[0] - fixedNanos) / pages[0]);
    }
    double slope = Math.max(0, median(slopes)); // more pages are never less work
    List<Double> intercepts = new ArrayList<>();
    for (int i = 0; i < pages.length; i++) {
      intercepts.add(nanos[i] - slope * pages[i]);
    }
    return new ForkLine(median(intercepts), slope);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The costs of pages that lie on this line, beside a fork of nothing of {@code fixedNanos}. */
  PageCosts costs(double fixedNanos, double copyNanos, double reuseNanos) {
    return new PageCosts(
        Math.max(0, interceptNanos - fixedNanos), slopeNanos, copyNanos, reuseNanos);
  }
}
