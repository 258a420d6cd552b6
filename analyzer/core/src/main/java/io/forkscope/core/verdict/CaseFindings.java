package io.forkscope.core.verdict;

import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.MemorySample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The verdict on simulated cases in words.
 *
 * @param comparisons all predictions, with the kernel's counts where there are any
 * @param scenario of the case whose pages are shown
 * @param totals of that case
 * @param forkCosts that its fork pause was predicted with
 * @param causes of that case, most pages first
 * @param several whether there are other cases
 * @param memory what its processes hold together over time; may be empty
 */
record CaseFindings(
    List<Comparison> comparisons,
    Scenario scenario,
    Totals totals,
    HostCosts forkCosts,
    List<CauseLoss> causes,
    boolean several,
    List<MemorySample> memory) {

  List<Finding> list() {
    List<Finding> findings = new ArrayList<>();
    AccuracySummary accuracy = accuracy(false);
    if (accuracy.measuredCases() > 0) {
      findings.add(new Finding(Finding.Level.HEADLINE, accuracy.sentence(), Basis.MEASURED));
    }
    AccuracySummary observed = accuracy(true);
    if (observed.measuredCases() > 0) {
      findings.add(
          new Finding(
              Finding.Level.NOTE,
              "With objects placed where the runs had them: " + observed.sentence(),
              Basis.MEASURED));
    }
    findings.add(
        new Finding(
            accuracy.measuredCases() > 0 ? Finding.Level.NOTE : Finding.Level.HEADLINE,
            loss(),
            Basis.MODELLED));
    if (!memory.isEmpty() && scenario.requests().count() > 1) {
      findings.add(new Finding(Finding.Level.NOTE, family(), Basis.MODELLED));
    }
    if (totals.sleeperPages() > 0) {
      findings.add(new Finding(Finding.Level.NOTE, snapshot(), Basis.MODELLED));
      findings.add(pause());
    }
    if (!causes.isEmpty() && causes.get(0).brokeFirst() > 0) {
      findings.add(new Finding(Finding.Level.NOTE, blame(causes.get(0)), Basis.MODELLED));
    }
    return findings;
  }

  private AccuracySummary accuracy(boolean observed) {
    return AccuracySummary.of(
        comparisons.stream()
            .filter(c -> observed == c.placement().equals(Comparison.OBSERVED))
            .toList());
  }

  private String loss() {
    long lost = totals.forkPages() + totals.brokenPages();
    return String.format(
        Locale.ROOT,
        "%s%s on %s %s: %s loses %s of the %s it shares at the fork (%.1f %%), %d pages by fork"
            + " itself and %d by what it does, and grows by %s.",
        several ? "For example, " : "",
        scenario.name(),
        scenario.runtime(),
        scenario.version(),
        scenario.fork().acting() == ForkPlan.Acting.PARENT ? "the parent" : "each child",
        mebibytes(lost),
        mebibytes(totals.sharablePages()),
        100 * totals.lostRatio(),
        totals.forkPages(),
        totals.brokenPages(),
        mebibytes(totals.grownPages()));
  }

  private String family() {
    FamilyMemory family = FamilyMemory.of(memory, scenario.requests().recycleAfter());
    MemorySample peak = family.peak();
    MemorySample end = memory.get(memory.size() - 1);
    long recycleAfter = scenario.requests().recycleAfter();
    return String.format(
        Locale.ROOT,
        "The parent and %d worker%s take %.1f MiB at their peak (request %d) and %.1f MiB steadily"
            + " (%s); at the end their RSS sums to %.1f, their PSS to %.1f and their USS to %.1f"
            + " MiB.",
        end.processes() - 1,
        end.processes() == 2 ? "" : "s",
        mebi((double) peak.pssBytes()),
        peak.epoch(),
        mebi(family.steadyPssBytes()),
        recycleAfter == 0
            ? "no worker is replaced"
            : "all workers are replaced every " + recycleAfter + " requests",
        mebi((double) end.rssBytes()),
        mebi((double) end.pssBytes()),
        mebi((double) end.ussBytes()));
  }

  private static double mebi(double bytes) {
    return bytes / (1 << 20);
  }

  private String snapshot() {
    return String.format(
        Locale.ROOT,
        "While the child lives, up to %s are its own (the COW size); parent and child together hold"
            + " %s at the peak, %s more than the parent alone at the fork.",
        mebibytes(totals.sleeperPages()),
        mebibytes(totals.peakPhysicalPages()),
        mebibytes(totals.peakPhysicalPages() - totals.residentPages()));
  }

  private Finding pause() {
    double millis = totals.forkPauseNanos() / 1e6;
    return forkCosts.calibrated()
        ? new Finding(
            Finding.Level.NOTE,
            String.format(
                Locale.ROOT,
                "Fork itself stops the parent for about %.1f ms by the calibration of this host, where"
                    + " forks of equal memory lay %.0f %% from the mean.",
                millis,
                100 * forkCosts.spread()),
            Basis.MODELLED)
        : new Finding(
            Finding.Level.NOTE,
            String.format(
                Locale.ROOT,
                "Fork itself stops the parent for about %.1f ms at the published costs of another"
                    + " host; forkscope calibrate measures this one.",
                millis),
            Basis.ASSUMED);
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
