package io.forkscope.core.recording;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A recording in memory: tables of the events that are understood, counts of those that are not.
 */
public final class Recording {

  private final Path path;
  private final long bytes;
  private final String sha256;
  private final Map<String, EventTable> tables;
  private final Map<String, Long> ignored;
  private final long firstNanos;
  private final long lastNanos;
  private final List<String> notes;

  Recording(
      Path path,
      long bytes,
      String sha256,
      Map<String, EventTable> tables,
      Map<String, Long> ignored,
      long firstNanos,
      long lastNanos,
      List<String> notes) {
    this.path = path;
    this.bytes = bytes;
    this.sha256 = sha256;
    this.tables = new TreeMap<>(tables);
    this.ignored = Collections.unmodifiableMap(new TreeMap<>(ignored));
    this.firstNanos = firstNanos;
    this.lastNanos = lastNanos;
    this.notes = List.copyOf(notes);
  }

  /** The file it was read from, as it was named. */
  public Path path() {
    return path;
  }

  /** Length of the file. */
  public long bytes() {
    return bytes;
  }

  /** Hash of the file's bytes, hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /** Events that no analysis understands: how many of each type, by name. */
  public Map<String, Long> ignored() {
    return ignored;
  }

  /** Start of the earliest event, nanoseconds since the epoch of 1970; 0 if there is none. */
  public long firstNanos() {
    return firstNanos;
  }

  /** Start of the latest event, nanoseconds since the epoch of 1970; 0 if there is none. */
  public long lastNanos() {
    return lastNanos;
  }

  /** What a reader of the result must know about the file. */
  public List<String> notes() {
    return notes;
  }

  /** The events of a type; a table without rows if none was recorded. */
  public EventTable table(EventSchema schema) {
    EventTable table = tables.get(schema.event());
    return table == null ? new EventTable(schema, new Dictionary()) : table;
  }

  /**
   * The events of a type that an analysis cannot do without.
   *
   * @throws RecordingException if there is none, with the setting that would record it
   */
  public EventTable require(EventSchema schema) throws RecordingException {
    EventTable table = table(schema);
    if (table.rows() == 0) {
      throw new RecordingException(
          path,
          RecordingException.NO_OFFSET,
          "no " + schema.event() + " event; to record it: " + schema.setting());
    }
    return table;
  }
}
