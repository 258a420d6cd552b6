package io.forkscope.observe;

import java.util.List;

/**
 * What the child of a server cost while the server served on.
 *
 * @param childPages at each mark, the most pages that the child had for itself so far
 *     (Private_Dirty; in the end, what the server itself reports)
 * @param peakPages the most anonymous pages that parent and child had together: at each mark, the
 *     parent's and {@code childPages}
 * @param forkPauseNanos how long the fork took, by the server's own report
 */
public record MeasuredSnapshot(List<Long> childPages, long peakPages, long forkPauseNanos) {

  /** Where children acted. */
  public static final MeasuredSnapshot NONE = new MeasuredSnapshot(List.of(), -1, -1);

  /** Copies the list. */
  public MeasuredSnapshot {
    childPages = List.copyOf(childPages);
  }

  /**
   * A snapshot by what was seen at its marks.
   *
   * @param parentPages anonymous pages of the parent at each mark
   */
  static MeasuredSnapshot of(List<Long> parentPages, List<Long> childPages, long forkPauseNanos) {
    long peak = 0;
    for (int i = 0; i < parentPages.size(); i++) {
      peak = Math.max(peak, parentPages.get(i) + childPages.get(i));
    }
    return new MeasuredSnapshot(childPages, peak, forkPauseNanos);
  }
}
