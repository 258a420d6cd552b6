package io.forkscope.core.verdict;

import java.util.List;

/**
 * Pages lost at each mark.
 *
 * @param epochLabel what an epoch is, for example {@code requests}
 * @param epochs ascending; the first is 0, the fork
 * @param series one a cause, pages it broke first up to each epoch; the same length as {@code
 *     epochs}, never falling
 * @param measured pages the kernel counted at each epoch; empty where nothing was measured
 */
public record ErosionCurve(
    String epochLabel, List<Long> epochs, List<Series> series, List<Long> measured) {

  /** Checks shapes. */
  public ErosionCurve {
    epochs = List.copyOf(epochs);
    series = List.copyOf(series);
    measured = List.copyOf(measured);
    for (Series s : series) {
      if (s.pages().size() != epochs.size()) {
        throw new IllegalArgumentException(
            "series "
                + s.causeId()
                + " has "
                + s.pages().size()
                + " of "
                + epochs.size()
                + " points");
      }
    }
    if (!measured.isEmpty() && measured.size() != epochs.size()) {
      throw new IllegalArgumentException("measured points: " + measured.size());
    }
  }

  /**
   * One cause's part of the curve.
   *
   * @param causeId id of the cause
   * @param pages cumulative pages broken first by it, one an epoch
   */
  public record Series(String causeId, List<Long> pages) {
    /** Copies the list. */
    public Series {
      pages = List.copyOf(pages);
    }
  }
}
