package io.forkscope.core.recording;

import java.util.ArrayList;
import java.util.List;

/**
 * The events of one type, in order of time: a row an event, a column a field, no object an event.
 * Immutable once it stands in a {@link Recording}; then any thread may read it.
 */
public final class EventTable {

  private final EventSchema schema;
  private final Dictionary dictionary;
  private final LongColumn nanos = new LongColumn();
  private final List<LongColumn> columns = new ArrayList<>();

  EventTable(EventSchema schema, Dictionary dictionary) {
    this.schema = schema;
    this.dictionary = dictionary;
    for (int i = 0; i < schema.fields().size(); i++) {
      columns.add(new LongColumn());
    }
  }

  /** What the table holds. */
  public EventSchema schema() {
    return schema;
  }

  /** How many events there are. */
  public int rows() {
    return nanos.rows();
  }

  /** Start of an event, nanoseconds since the epoch of 1970. */
  public long nanos(int row) {
    return nanos.get(row);
  }

  /**
   * A number.
   *
   * @throws java.util.NoSuchElementException if the schema does not keep the field
   */
  public long number(String path, int row) {
    return columns.get(schema.indexOf(path)).get(row);
  }

  /** A number by the field's index in the schema; for loops over many rows. */
  public long number(int field, int row) {
    return columns.get(field).get(row);
  }

  /**
   * A text, class or thread name; whatever the recording says, never to be taken for markup.
   *
   * @throws java.util.NoSuchElementException if the schema does not keep the field
   */
  public String text(String path, int row) {
    int field = schema.indexOf(path);
    return switch (schema.fields().get(field).kind()) {
      case TEXT, CLASS_NAME, THREAD_NAME -> dictionary.text((int) columns.get(field).get(row));
      case NUMBER, TIMESTAMP -> Long.toString(columns.get(field).get(row));
    };
  }

  /** The first row that starts at or after a time; {@link #rows()} if there is none. */
  public int firstAtOrAfter(long timeNanos) {
    int low = 0;
    int high = rows();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (nanos.get(middle) < timeNanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void add(long startNanos, long[] values) {
    nanos.add(startNanos);
    for (int i = 0; i < values.length; i++) {
      columns.get(i).add(values[i]);
    }
  }

  /** Appends the rows of another table of the same schema, its texts named anew. */
  void append(EventTable other) {
    int fields = columns.size();
    long[] values = new long[fields];
    for (int row = 0; row < other.rows(); row++) {
      for (int f = 0; f < fields; f++) {
        long value = other.columns.get(f).get(row);
        values[f] =
            switch (schema.fields().get(f).kind()) {
              case NUMBER, TIMESTAMP -> value;
              case TEXT, CLASS_NAME, THREAD_NAME ->
                  dictionary.indexOf(other.dictionary.text((int) value));
            };
      }
      add(other.nanos.get(row), values);
    }
  }

  /** This table, or a sorted copy of it if its rows are not in order of time; stable. */
  EventTable sorted() {
    int rows = rows();
    boolean inOrder = true;
    for (int row = 1; row < rows && inOrder; row++) {
      inOrder = nanos.get(row - 1) <= nanos.get(row);
    }
    if (inOrder) {
      return this;
    }
    EventTable copy = new EventTable(schema, dictionary);
    long[] values = new long[columns.size()];
    for (int row : orderByTime(rows)) {
      for (int f = 0; f < values.length; f++) {
        values[f] = columns.get(f).get(row);
      }
      copy.add(nanos.get(row), values);
    }
    return copy;
  }

  /** Bottom-up merge sort of row numbers by time: O(n log n), stable, 16 bytes a row. */
  private int[] orderByTime(int rows) {
    int[] from = new int[rows];
    long[] keys = new long[rows];
    for (int i = 0; i < rows; i++) {
      from[i] = i;
      keys[i] = nanos.get(i);
    }
    int[] to = new int[rows];
    for (long width = 1; width < rows; width *= 2) {
      for (long low = 0; low < rows; low += 2 * width) {
        merge(
            keys,
            from,
            to,
            (int) low,
            (int) Math.min(low + width, rows),
            (int) Math.min(low + 2 * width, rows));
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void merge(long[] keys, int[] from, int[] to, int low, int middle, int high) {
    int left = low;
    int right = middle;
    for (int out = low; out < high; out++) {
      boolean takeLeft = left < middle && (right >= high || keys[from[left]] <= keys[from[right]]);
      to[out] = takeLeft ? from[left++] : from[right++];
    }
  }
}
