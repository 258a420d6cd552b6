package io.forkscope.core.verdict;

import java.util.Optional;

/**
 * What one snapshot by fork costs a server that goes on serving. Pages are base pages of 4 KiB.
 *
 * @param caseName of the case
 * @param runtime id of the runtime
 * @param version of the runtime
 * @param requests that the server takes while the child saves
 * @param requestsPerSecond how fast they come; 0 where the case does not say
 * @param predicted what the model says
 * @param measuredCost what really was, or {@link Cost#NOT_MEASURED}
 */
public record SnapshotCost(
    String caseName,
    String runtime,
    String version,
    long requests,
    long requestsPerSecond,
    Cost predicted,
    Cost measuredCost) {

  /** How long the save takes, where the case says how fast requests come. */
  public Optional<Double> saveSeconds() {
    return requestsPerSecond == 0
        ? Optional.empty()
        : Optional.of((double) requests / requestsPerSecond);
  }

  /** What really was, where it was measured. */
  public Optional<Cost> measured() {
    return measuredCost.equals(Cost.NOT_MEASURED) ? Optional.empty() : Optional.of(measuredCost);
  }

  /**
   * The cost of a snapshot.
   *
   * @param cowPages the most pages that the child had for itself: the COW size
   * @param peakPages anonymous pages that parent and child hold together at the peak
   * @param forkPauseNanos how long the parent stood still for the fork
   */
  public record Cost(long cowPages, long peakPages, long forkPauseNanos) {

    /** Stands where nothing was measured. */
    public static final Cost NOT_MEASURED = new Cost(-1, -1, -1);
  }
}
