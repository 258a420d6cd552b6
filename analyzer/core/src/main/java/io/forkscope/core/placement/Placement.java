package io.forkscope.core.placement;

import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;

/** A way from a recording to addresses. Stateless. */
public interface Placement {

  /** The best that it gives. */
  PlacementKind kind();

  /** Whether the recording holds what this way needs. */
  boolean accepts(Recording recording, ForkMoment fork);

  /**
   * Places what follows a fork point.
   *
   * @throws RecordingException if an event is missing, naming the setting that records it, or says
   *     something impossible
   */
  PlacedActivity place(Recording recording, ForkMoment fork) throws RecordingException;
}
