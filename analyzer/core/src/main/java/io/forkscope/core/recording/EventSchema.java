package io.forkscope.core.recording;

import java.util.List;

/**
 * An event type that some analysis understands, and the fields it keeps of it.
 *
 * @param event full name, for example {@code jdk.GCHeapSummary}
 * @param setting what makes a JVM record it, as a person would type it
 * @param fields what is kept besides the start time; a field that the recording's version of the
 *     event lacks reads as 0 or as the empty text
 */
public record EventSchema(String event, String setting, List<Field> fields) {

  /** Copies the list. */
  public EventSchema {
    fields = List.copyOf(fields);
  }

  /** How a field's value is kept. */
  public enum Kind {
    /** An integer of any width, or a boolean as 0 or 1. */
    NUMBER,
    /** A text, kept once. */
    TEXT,
    /** The full name of a class, kept once. */
    CLASS_NAME,
    /** The name of a thread, kept once. */
    THREAD_NAME,
    /** A point in time, nanoseconds since the epoch of 1970. */
    TIMESTAMP
  }

  /**
   * One field.
   *
   * @param path names joined by dots, for example {@code heapSpace.start}
   * @param kind how it is kept
   */
  public record Field(String path, Kind kind) {}

  /**
   * A schema of numbers and texts.
   *
   * @param fields each {@code path} for a number, or {@code path:text}, {@code path:class}, {@code
   *     path:thread}, {@code path:timestamp}
   */
  static EventSchema of(String event, String setting, String... fields) {
    return new EventSchema(
        event, setting, java.util.Arrays.stream(fields).map(EventSchema::field).toList());
  }

  private static Field field(String spelled) {
    int colon = spelled.indexOf(':');
    if (colon < 0) {
      return new Field(spelled, Kind.NUMBER);
    }
    String path = spelled.substring(0, colon);
    return switch (spelled.substring(colon + 1)) {
      case "text" -> new Field(path, Kind.TEXT);
      case "class" -> new Field(path, Kind.CLASS_NAME);
      case "thread" -> new Field(path, Kind.THREAD_NAME);
      case "timestamp" -> new Field(path, Kind.TIMESTAMP);
      default -> throw new IllegalArgumentException("no such kind of field: " + spelled);
    };
  }

  /**
   * The index of a field among {@link #fields()}.
   *
   * @throws java.util.NoSuchElementException if the schema does not keep it
   */
  public int indexOf(String path) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).path().equals(path)) {
        return i;
      }
    }
    throw new java.util.NoSuchElementException(event + " has no field " + path);
  }
}
