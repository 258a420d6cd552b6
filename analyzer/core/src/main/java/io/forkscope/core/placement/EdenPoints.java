package io.forkscope.core.placement;

import io.forkscope.core.recording.AgentEvents;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.Recording;
import java.util.ArrayList;
import java.util.List;

/** The spaces of the heap where the agent looked at them: at its fork points and at the end. */
final class EdenPoints {

  private final List<Point> points = new ArrayList<>();

  /**
   * One look.
   *
   * @param nanos when
   * @param phase of the agent, -1 for the end
   * @param edenUsed bytes from eden's start to its top
   * @param edenBytes eden's committed bytes
   * @param fromStart first byte of the survivor space in use, or 0
   * @param fromUsed bytes used in it
   * @param oldUsed bytes used in the old generation
   */
  record Point(
      long nanos,
      int phase,
      long edenUsed,
      long edenBytes,
      long fromStart,
      long fromUsed,
      long oldUsed) {}

  EdenPoints(Recording recording) {
    EventTable spaces = recording.table(AgentEvents.HEAP_SPACE);
    for (int row = 0; row < spaces.rows(); row++) {
      if (spaces.text("name", row).equals("eden")) {
        int phase = (int) spaces.number("phase", row);
        points.add(
            new Point(
                spaces.nanos(row),
                phase,
                spaces.number("usedBytes", row),
                spaces.number("committedBytes", row),
                number(spaces, phase, "from", "start"),
                number(spaces, phase, "from", "usedBytes"),
                Math.max(
                    number(spaces, phase, "tenured", "usedBytes"),
                    number(spaces, phase, "old", "usedBytes"))));
      }
    }
  }

  private static long number(EventTable spaces, int phase, String name, String field) {
    for (int row = 0; row < spaces.rows(); row++) {
      if (spaces.number("phase", row) == phase && spaces.text("name", row).equals(name)) {
        return spaces.number(field, row);
      }
    }
    return 0;
  }

  /** In order of time. */
  List<Point> all() {
    return points;
  }
}
