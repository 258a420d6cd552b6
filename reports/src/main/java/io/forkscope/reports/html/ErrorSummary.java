package io.forkscope.reports.html;

import io.forkscope.core.verdict.Comparison;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How far predictions are from the kernel's counts. Relative errors say little where few pages
 * break, so they are taken over cases of at least {@link #MIN_PAGES} measured pages, or over all
 * where no case has as many; small cases are judged by the difference in pages.
 *
 * @param cases that the relative errors are taken over, at least 1
 * @param median of the relative errors, 0..
 * @param percentile95 smallest error that 95 % of the cases do not exceed
 * @param worst of the relative errors
 * @param smallCases cases below the limit that were left out of it
 * @param smallWorstPages greatest difference among those, in pages
 */
record ErrorSummary(
    int cases,
    double median,
    double percentile95,
    double worst,
    int smallCases,
    long smallWorstPages) {

  static final int MIN_PAGES = 200;

  /** Empty where nothing was measured. */
  static Optional<ErrorSummary> of(List<Comparison> comparisons) {
    List<Comparison> measured = comparisons.stream().filter(c -> c.measured().isPresent()).toList();
    if (measured.isEmpty()) {
      return Optional.empty();
    }
    List<Comparison> big = measured.stream().filter(c -> c.measuredPages() >= MIN_PAGES).toList();
    List<Comparison> judged = big.isEmpty() ? measured : big;
    double[] errors =
        judged.stream().mapToDouble(c -> c.errorRatio().orElseThrow()).sorted().toArray();
    long smallWorst = 0;
    for (Comparison c : measured) {
      if (!judged.contains(c)) {
        smallWorst = Math.max(smallWorst, Math.abs(c.predicted() - c.measuredPages()));
      }
    }
    return Optional.of(
        new ErrorSummary(
            errors.length,
            median(errors),
            errors[(int) Math.ceil(0.95 * errors.length) - 1],
            Arrays.stream(errors).max().orElseThrow(),
            measured.size() - judged.size(),
            smallWorst));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
