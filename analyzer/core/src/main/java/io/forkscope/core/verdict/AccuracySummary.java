package io.forkscope.core.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well predictions met the kernel's counts. Errors are ratios of the measured pages, over cases
 * in which at least {@link #LARGE_PAGES} pages broke; smaller cases are judged by pages.
 *
 * @param measuredCases cases that were measured
 * @param largeCases of those, cases that count for the ratios
 * @param medianError of the large cases, nearest rank; 0 where there are none
 * @param p95Error likewise, 95th percentile
 * @param worstError likewise, the largest
 * @param worstSmallPages the largest difference in pages among the small cases
 */
public record AccuracySummary(
    int measuredCases,
    int largeCases,
    double medianError,
    double p95Error,
    double worstError,
    long worstSmallPages) {

  /** Measured pages from which an error is a ratio; below, some pages more or less say little. */
  public static final long LARGE_PAGES = 200;

  /** The summary of the cases that were measured. */
  public static AccuracySummary of(List<Comparison> comparisons) {
    List<Double> ratios = new ArrayList<>();
    int measured = 0;
    long worstSmall = 0;
    for (Comparison comparison : comparisons) {
      if (comparison.measuredPages() < 0) {
        continue;
      }
      measured++;
      if (comparison.measuredPages() >= LARGE_PAGES) {
        ratios.add(comparison.errorRatio().orElseThrow());
      } else {
        worstSmall =
            Math.max(worstSmall, Math.abs(comparison.predicted() - comparison.measuredPages()));
      }
    }
    ratios.sort(null);
    return new AccuracySummary(
        measured,
        ratios.size(),
        rank(ratios, 0.5),
        rank(ratios, 0.95),
        rank(ratios, 1),
        worstSmall);
  }

  /** The summary as one sentence. */
  public String sentence() {
    String small =
        measuredCases == largeCases
            ? ""
            : String.format(
                Locale.ROOT,
                " %d smaller cases differ by at most %d pages.",
                measuredCases - largeCases,
                worstSmallPages);
    if (largeCases == 0) {
      return measuredCases + " cases measured, none of at least " + LARGE_PAGES + " pages." + small;
    }
    return String.format(
        Locale.ROOT,
        "%d cases measured on this kernel; where at least %d pages broke (%d cases) the error is"
            + " %.2f %% in the median, %.2f %% at the 95th percentile, %.2f %% at worst.%s",
        measuredCases,
        LARGE_PAGES,
        largeCases,
        100 * medianError,
        100 * p95Error,
        100 * worstError,
        small);
  }

  private static double rank(List<Double> sorted, double quantile) {
    if (sorted.isEmpty()) {
      return 0;
    }
    return sorted.get(Math.max(0, (int) Math.ceil(quantile * sorted.size()) - 1));
  }
}
