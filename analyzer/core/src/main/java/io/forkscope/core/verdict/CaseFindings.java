package io.forkscope.core.verdict;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The verdict on simulated cases in words.
 *
 * @param comparisons all predictions, with the kernel's counts where there are any
 * @param scenario of the case whose pages are shown
 * @param totals of that case
 * @param causes of that case, most pages first
 * @param several whether there are other cases
 */
record CaseFindings(
    List<Comparison> comparisons,
    Scenario scenario,
    Totals totals,
    List<CauseLoss> causes,
    boolean several) {

  List<Finding> list() {
    List<Finding> findings = new ArrayList<>();
    AccuracySummary accuracy = AccuracySummary.of(comparisons);
    if (accuracy.measuredCases() > 0) {
      findings.add(new Finding(Finding.Level.HEADLINE, accuracy.sentence(), Basis.MEASURED));
    }
    findings.add(
        new Finding(
            accuracy.measuredCases() > 0 ? Finding.Level.NOTE : Finding.Level.HEADLINE,
            loss(),
            Basis.MODELLED));
    if (!causes.isEmpty() && causes.get(0).brokeFirst() > 0) {
      findings.add(new Finding(Finding.Level.NOTE, blame(causes.get(0)), Basis.MODELLED));
    }
    return findings;
  }

  private String loss() {
    long lost = totals.forkPages() + totals.brokenPages();
    return String.format(
        Locale.ROOT,
        "%s%s on %s %s: each child loses %s of the %s it shares at the fork (%.1f %%), %d pages by"
            + " fork itself and %d by what it does, and grows by %s.",
        several ? "For example, " : "",
        scenario.name(),
        scenario.runtime(),
        scenario.version(),
        mebibytes(lost),
        mebibytes(totals.sharablePages()),
        100 * totals.lostRatio(),
        totals.forkPages(),
        totals.brokenPages(),
        mebibytes(totals.grownPages()));
  }

  private static String blame(CauseLoss cause) {
    return String.format(
        Locale.ROOT,
        "%s breaks most pages first: %d. Without it alone, %d of its pages would have stayed"
            + " shared. %s",
        cause.id(),
        cause.brokeFirst(),
        cause.onlyToucher(),
        cause.explanation());
  }

  private static String mebibytes(long pages) {
    return String.format(Locale.ROOT, "%.1f MiB", pages * (double) PageSize.BASE_BYTES / (1 << 20));
  }
}
