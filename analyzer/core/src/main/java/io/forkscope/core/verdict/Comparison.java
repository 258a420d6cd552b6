package io.forkscope.core.verdict;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One case: the prediction and, where it was measured, the kernel's count. Counts are base pages of
 * 4 KiB.
 *
 * @param name of the case
 * @param runtime id of the runtime
 * @param version of the runtime
 * @param residentPages private anonymous pages of the parent at the fork: measured, or predicted
 *     where nothing was measured
 * @param predicted pages the actions break
 * @param measuredPages pages they really broke, or a negative number where nothing was measured
 * @param placement {@code modelled} or {@code observed}
 * @param parts by region, then by cause, for people
 */
public record Comparison(
    String name,
    String runtime,
    String version,
    long residentPages,
    long predicted,
    long measuredPages,
    String placement,
    List<Part> parts) {

  /** Placed by rule, before anything ran. */
  public static final String MODELLED = "modelled";

  /** Objects placed where the measured run had them. */
  public static final String OBSERVED = "observed";

  /** Copies the list, regions before causes. */
  public Comparison {
    parts = parts.stream().sorted(Comparator.comparing(Part::by)).toList();
  }

  /** The kernel's count, where there is one. */
  public Optional<Long> measured() {
    return measuredPages < 0 ? Optional.empty() : Optional.of(measuredPages);
  }

  /** |predicted - measured| / measured, 0 where both are 0; empty where nothing was measured. */
  public Optional<Double> errorRatio() {
    return measured()
        .map(m -> m == predicted ? 0.0 : Math.abs(predicted - m) / (double) Math.max(1, m));
  }

  /** What a part of a comparison stands for. */
  public enum By {
    /** Pages of one region; the kernel can count them. */
    REGION,
    /** Pages broken first by one cause; the kernel does not know causes. */
    CAUSE
  }

  /**
   * A part of a comparison.
   *
   * @param by whether it is a region's part or a cause's
   * @param name of the region, or id of the cause
   * @param predicted pages
   * @param measuredPages pages, or a negative number where nothing was measured
   */
  public record Part(By by, String name, long predicted, long measuredPages) {

    /** A region's part. */
    public Part(String name, long predicted, long measuredPages) {
      this(By.REGION, name, predicted, measuredPages);
    }

    /** A cause's part, which is never measured. */
    public static Part ofCause(String causeId, long predicted) {
      return new Part(By.CAUSE, causeId, predicted, -1);
    }
  }
}
