package io.forkscope.core.verdict;

import java.util.List;

/**
 * The whole result of one analysis, the only thing reports see. Every page count is in base pages
 * of 4 KiB.
 *
 * @param title one line: what was analysed
 * @param findings the verdict in words, most important first
 * @param totals the sums
 * @param processes what each process holds at the end, parent first; a long fleet is summarised by
 *     the maker, never by the report
 * @param regions per region, in address order
 * @param causes per cause, most pages broken first
 * @param curve sharing lost over epochs
 * @param pageMap the state of each page that was resident at the fork; may be empty
 * @param comparisons predictions beside the kernel's counts; empty where nothing was measured
 * @param snapshots what snapshots by fork cost beside, in the order of the cases; mostly empty
 * @param mitigations what mitigations would change, each case's ranked; empty where none were tried
 * @param provenance where every number comes from
 */
public record Verdict(
    String title,
    List<Finding> findings,
    Totals totals,
    List<ProcessUsage> processes,
    List<RegionLoss> regions,
    List<CauseLoss> causes,
    ErosionCurve curve,
    PageMap pageMap,
    List<Comparison> comparisons,
    List<SnapshotCost> snapshots,
    List<MitigationEffect> mitigations,
    Provenance provenance) {

  /** Version of the JSON form; grows when a field changes its meaning or goes. */
  public static final int SCHEMA = 1;

  /** Copies the lists. */
  public Verdict {
    findings = List.copyOf(findings);
    processes = List.copyOf(processes);
    regions = List.copyOf(regions);
    causes = List.copyOf(causes);
    comparisons = List.copyOf(comparisons);
    snapshots = List.copyOf(snapshots);
    mitigations = List.copyOf(mitigations);
  }

  /** A verdict without snapshots, for which no mitigation was tried. */
  public Verdict(
      String title,
      List<Finding> findings,
      Totals totals,
      List<ProcessUsage> processes,
      List<RegionLoss> regions,
      List<CauseLoss> causes,
      ErosionCurve curve,
      PageMap pageMap,
      List<Comparison> comparisons,
      Provenance provenance) {
    this(
        title,
        findings,
        totals,
        processes,
        regions,
        causes,
        curve,
        pageMap,
        comparisons,
        List.of(),
        List.of(),
        provenance);
  }
}
