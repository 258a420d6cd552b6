package io.forkscope.reports.internal;

import io.forkscope.core.verdict.SnapshotCost;
import io.forkscope.core.verdict.SnapshotCost.Cost;
import java.util.Locale;
import java.util.function.Function;

/**
 * The parts of a snapshot's cost for people: the model's number, and the measured one beside it.
 */
public final class SnapshotWords {

  /** Explains the table of snapshots. */
  public static final String LEAD =
      "COW size: what the child has for itself at the most. Peak: parent and child together. Fork"
          + " pause: how long the parent stands still, predicted from the fork costs that the"
          + " provenance names. Measured numbers stand behind the slash.";

  private SnapshotWords() {}

  /** The load while the child saves, for example {@code 15,000 in 3.0 s, 5,000 a second}. */
  public static String load(SnapshotCost snapshot) {
    return Amounts.count(snapshot.requests())
        + snapshot
            .saveSeconds()
            .map(
                s ->
                    String.format(
                        Locale.ROOT, " in %,.1f s, %,d a second", s, snapshot.requestsPerSecond()))
            .orElse("");
  }

  /** The COW size in MiB. */
  public static String cow(SnapshotCost snapshot) {
    return both(snapshot, c -> Amounts.mebibyteNumber(c.cowPages()));
  }

  /** Parent and child together at the peak, in MiB. */
  public static String peak(SnapshotCost snapshot) {
    return both(snapshot, c -> Amounts.mebibyteNumber(c.peakPages()));
  }

  /** The fork pause in milliseconds. */
  public static String pause(SnapshotCost snapshot) {
    return both(snapshot, c -> String.format(Locale.ROOT, "%,.1f", c.forkPauseNanos() / 1e6));
  }

  private static String both(SnapshotCost snapshot, Function<Cost, String> part) {
    return part.apply(snapshot.predicted())
        + snapshot.measured().map(m -> " / " + part.apply(m)).orElse("");
  }
}
