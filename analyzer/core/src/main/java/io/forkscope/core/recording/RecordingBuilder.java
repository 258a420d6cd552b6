package io.forkscope.core.recording;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects the events of a recording, or of a part of one; parts are joined in their order by
 * {@link #append}. Not thread-safe: one a thread.
 */
public final class RecordingBuilder {

  /** The most events kept of one recording; more would not fit the row numbers of a table. */
  public static final int MOST_ROWS = 200_000_000;

  private final Dictionary dictionary = new Dictionary();
  private final Map<String, EventTable> tables = new LinkedHashMap<>();
  private final Map<String, Long> ignored = new TreeMap<>();
  private long firstNanos = Long.MAX_VALUE;
  private long lastNanos = Long.MIN_VALUE;
  private long rows;

  /** An empty part that understands the given event types. */
  public RecordingBuilder(List<EventSchema> schemas) {
    for (EventSchema schema : schemas) {
      tables.put(schema.event(), new EventTable(schema, dictionary));
    }
  }

  /** The index under which a text is kept; give it as the value of a text field. */
  public int text(String text) {
    return dictionary.indexOf(text);
  }

  /**
   * Keeps an event.
   *
   * @param values one a field of its schema, in their order; not retained
   */
  public void add(EventSchema schema, long startNanos, long[] values) {
    EventTable table = tables.get(schema.event());
    if (table == null || values.length != schema.fields().size()) {
      throw new IllegalArgumentException("not an event of this recording: " + schema.event());
    }
    if (++rows > MOST_ROWS) {
      throw new IllegalArgumentException("more than " + MOST_ROWS + " events");
    }
    table.add(startNanos, values);
    seen(startNanos);
  }

  /** Counts an event that no analysis understands. */
  public void ignore(String event, long startNanos) {
    ignored.merge(event, 1L, Long::sum);
    seen(startNanos);
  }

  private void seen(long nanos) {
    firstNanos = Math.min(firstNanos, nanos);
    lastNanos = Math.max(lastNanos, nanos);
  }

  /** Puts the rows of each table in order of time; do it in the part's own thread. */
  public void sort() {
    tables.replaceAll((name, table) -> table.sorted());
  }

  /** Takes over everything of a later part; the part must not be used any more. */
  public void append(RecordingBuilder part) {
    tables.forEach(
        (name, table) -> {
          EventTable other = part.tables.get(name);
          if (other != null) {
            table.append(other);
          }
        });
    part.tables.clear();
    part.ignored.forEach((name, count) -> ignored.merge(name, count, Long::sum));
    firstNanos = Math.min(firstNanos, part.firstNanos);
    lastNanos = Math.max(lastNanos, part.lastNanos);
    rows += part.rows;
  }

  /**
   * The finished recording.
   *
   * @param path where it came from
   * @param bytes length of the file
   * @param sha256 of the file's bytes, hexadecimal
   * @param notes what a reader of the result must know about the file
   */
  public Recording build(Path path, long bytes, String sha256, List<String> notes) {
    sort();
    boolean empty = firstNanos > lastNanos;
    return new Recording(
        path, bytes, sha256, tables, ignored, empty ? 0 : firstNanos, empty ? 0 : lastNanos, notes);
  }
}
