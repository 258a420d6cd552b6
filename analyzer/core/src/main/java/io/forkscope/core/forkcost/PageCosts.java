package io.forkscope.core.forkcost;

/**
 * What pages of one size cost, in nanoseconds of the caller's processor time.
 *
 * @param fixedNanos of a fork more than that of a parent that holds next to nothing, however many
 *     pages of this size there are
 * @param forkNanos of one page at a fork, that was written since the last one
 * @param copyNanos of the first write to a base page after the fork, which copies it
 * @param reuseNanos of the first write to a base page that nobody else maps any more
 */
public record PageCosts(double fixedNanos, double forkNanos, double copyNanos, double reuseNanos) {

  /** Checks that nothing is negative or not a number. */
  public PageCosts {
    if (!(fixedNanos >= 0 && forkNanos >= 0 && copyNanos >= 0 && reuseNanos >= 0)) {
      throw new IllegalArgumentException(
          "costs must be 0 or more: "
              + fixedNanos
              + ", "
              + forkNanos
              + ", "
              + copyNanos
              + ", "
              + reuseNanos);
    }
  }
}
