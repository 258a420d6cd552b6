package io.forkscope.core.placement;

import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import java.util.List;

/** The ways from a recording to addresses, best first. */
public final class Placements {

  private static final List<Placement> ALL = List.of(new AgentPlacement(), new JfrPlacement());

  private Placements() {}

  /**
   * Places a recording in the best way it allows.
   *
   * @throws RecordingException if an event is missing, naming the setting that records it, or says
   *     something impossible
   */
  public static PlacedActivity place(Recording recording, ForkMoment fork)
      throws RecordingException {
    for (Placement placement : ALL) {
      if (placement.accepts(recording, fork)) {
        try {
          return placement.place(recording, fork);
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
          // Numbers that contradict one another, in a file whose bytes could be decoded.
          throw new RecordingException(
              recording.path(),
              RecordingException.NO_OFFSET,
              "its events contradict one another (" + e.getMessage() + "); the file is damaged",
              e);
        }
      }
    }
    throw new IllegalStateException("plain recordings are always accepted");
  }
}
