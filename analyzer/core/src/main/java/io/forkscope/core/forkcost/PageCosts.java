package io.forkscope.core.forkcost;

/**
 * What pages of one size cost, in nanoseconds of the caller's processor time.
 *
 * @param forkNanos of one page at a fork
 * @param copyNanos of the first write to a base page after the fork, which copies it
 * @param reuseNanos of the first write to a base page that nobody else maps any more
 */
public record PageCosts(double forkNanos, double copyNanos, double reuseNanos) {

  /** Checks that nothing is negative or not a number. */
  public PageCosts {
    if (!(forkNanos >= 0 && copyNanos >= 0 && reuseNanos >= 0)) {
      throw new IllegalArgumentException(
          "costs must be 0 or more: " + forkNanos + ", " + copyNanos + ", " + reuseNanos);
    }
  }
}
