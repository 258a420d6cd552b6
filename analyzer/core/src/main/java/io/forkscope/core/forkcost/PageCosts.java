package io.forkscope.core.forkcost;

/**
 * What pages of one size cost, in nanoseconds of the caller's processor time.
 *
 * @param written of a fork's pages that were written since the last one
 * @param kept of a fork's pages that were not: their entries are write-protected already
 * @param copyNanos of the first write to a base page after the fork, which copies it
 * @param reuseNanos of the first write to a base page that nobody else maps any more
 */
public record PageCosts(ForkCurve written, ForkCurve kept, double copyNanos, double reuseNanos) {

  /** Checks that nothing is negative or not a number. */
  public PageCosts {
    if (!(copyNanos >= 0 && reuseNanos >= 0)) {
      throw new IllegalArgumentException(
          "costs must be 0 or more: " + copyNanos + ", " + reuseNanos);
    }
  }

  /** What so many pages of a memory take. */
  ForkCurve curve(boolean ofWritten) {
    return ofWritten ? written : kept;
  }
}
