package io.forkscope.core.placement;

import io.forkscope.core.recording.AgentEvents;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Where in a recording the process is taken to be forked. */
public sealed interface ForkChoice {

  /** The agent's first mark; the end of the first collection where there is none. */
  record Automatic() implements ForkChoice {}

  /** The agent's mark of a name. */
  record Named(String name) implements ForkChoice {}

  /** The start of the recording. */
  record Start() implements ForkChoice {}

  /** The end of the first collection. */
  record FirstCollection() implements ForkChoice {}

  /** So long after the start of the recording. */
  record After(Duration sinceStart) implements ForkChoice {}

  /** A point in time. */
  record At(Instant time) implements ForkChoice {}

  /**
   * What a person typed: {@code start}, {@code first-gc}, a time after the start such as {@code
   * 90s} or {@code 1500ms}, a point in time as ISO 8601 has it, or the name of a fork point.
   *
   * @throws IllegalArgumentException if it is blank
   */
  static ForkChoice parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("it names no moment");
    }
    if (text.equals("start")) {
      return new Start();
    }
    if (text.equals("first-gc")) {
      return new FirstCollection();
    }
    if (text.matches("\\d{1,12}(ms|s|m)")) {
      long number = Long.parseLong(text.replaceAll("\\D", ""));
      return new After(
          text.endsWith("ms")
              ? Duration.ofMillis(number)
              : text.endsWith("s") ? Duration.ofSeconds(number) : Duration.ofMinutes(number));
    }
    try {
      return new At(Instant.parse(text));
    } catch (java.time.format.DateTimeParseException e) {
      return new Named(text); // names are free
    }
  }

  /**
   * The moment in a recording.
   *
   * @throws RecordingException if the recording has no such moment
   */
  default ForkMoment in(Recording recording) throws RecordingException {
    if (this instanceof Named named) {
      return mark(recording, named.name());
    }
    if (this instanceof Start) {
      return new ForkMoment(recording.firstNanos(), 0, "the start of the recording");
    }
    if (this instanceof After after) {
      long nanos = recording.firstNanos() + after.sinceStart().toNanos();
      return inside(recording, nanos, after.sinceStart().toMillis() / 1e3 + " s after the start");
    }
    if (this instanceof At at) {
      long nanos = java.time.temporal.ChronoUnit.NANOS.between(Instant.EPOCH, at.time());
      return inside(recording, nanos, at.time().toString());
    }
    if (this instanceof FirstCollection || marks(recording).isEmpty()) {
      EventTable heap = recording.require(JdkEvents.GC_HEAP_SUMMARY);
      int row = 0;
      while (row < heap.rows() - 1 && !heap.text("when", row).equals("After GC")) {
        row++;
      }
      return new ForkMoment(heap.nanos(row), 0, "the end of the first collection");
    }
    return marks(recording).get(0);
  }

  private static ForkMoment inside(Recording recording, long nanos, String text)
      throws RecordingException {
    if (nanos < recording.firstNanos() || nanos > recording.lastNanos()) {
      throw new RecordingException(
          recording.path(),
          RecordingException.NO_OFFSET,
          "it holds nothing at " + text + "; it spans " + span(recording));
    }
    return new ForkMoment(nanos, 0, text);
  }

  private static String span(Recording recording) {
    return instant(recording.firstNanos()) + " to " + instant(recording.lastNanos());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  private static ForkMoment mark(Recording recording, String name) throws RecordingException {
    List<String> names = new ArrayList<>();
    for (ForkMoment moment : marks(recording)) {
      if (moment.text().equals(text(name))) {
        return moment;
      }
      names.add(moment.text());
    }
    throw new RecordingException(
        recording.path(),
        RecordingException.NO_OFFSET,
        "no "
            + text(name)
            + "; it has "
            + (names.isEmpty()
                ? "none: record with " + AgentEvents.FORK_POINT.setting()
                : String.join(", ", names)));
  }

  private static String text(String name) {
    return "fork point \"" + name + "\"";
  }

  private static List<ForkMoment> marks(Recording recording) {
    EventTable points = recording.table(AgentEvents.FORK_POINT);
    List<ForkMoment> moments = new ArrayList<>();
    for (int row = 0; row < points.rows(); row++) {
      if (!points.text("how", row).equals("end")) {
        int phase = (int) points.number("phase", row);
        moments.add(new ForkMoment(points.nanos(row), phase, text(points.text("name", row))));
      }
    }
    return moments;
  }
}
