package io.forkscope.core.verdict;

/**
 * The sums of an analysis, in base pages, for one child unless said otherwise (mean over children,
 * rounded half up, when they differ).
 *
 * @param children forked children
 * @param residentPages resident in the parent at the fork
 * @param sharablePages of those, private pages that could stay shared (shared mappings left out)
 * @param forkPages broken by fork itself, before any user code
 * @param brokenPages broken by the actions, {@code forkPages} left out
 * @param grownPages new since the fork
 * @param droppedPages resident at the fork and given back since
 * @param physicalPages frames that all processes together hold at the end
 * @param peakPhysicalPages the most frames held at any mark
 * @param sleeperPages where only the parent acts: the most pages that its child had for itself at
 *     any moment, as a database that snapshots by fork reports them; else 0
 * @param forkPauseNanos how long fork itself stops the parent: from its resident pages
 * @param faults write faults since the fork, all processes
 * @param copies of those, faults that copied a page
 */
public record Totals(
    long children,
    long residentPages,
    long sharablePages,
    long forkPages,
    long brokenPages,
    long grownPages,
    long droppedPages,
    long physicalPages,
    long peakPhysicalPages,
    long sleeperPages,
    long forkPauseNanos,
    long faults,
    long copies) {

  /** Broken pages as a share of the sharable ones, 0..1. */
  public double lostRatio() {
    return sharablePages == 0 ? 0 : (double) (forkPages + brokenPages) / sharablePages;
  }
}
