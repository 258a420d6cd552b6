package io.forkscope.core.recording.jfr;

import io.forkscope.core.recording.EventSchema;
import io.forkscope.core.recording.RecordingBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** Reads one file of whole chunks into a part of a recording. Used by one thread. */
final class JfrPartReader {

  /** Names kept by identity of their class object; more are looked up again, not remembered. */
  private static final int MOST_REMEMBERED = 1 << 16;

  private final Map<String, EventSchema> schemas = new HashMap<>();
  private final RecordingBuilder part;
  private final IdentityHashMap<EventType, Plan> plans = new IdentityHashMap<>();
  private final IdentityHashMap<RecordedClass, Integer> classNames = new IdentityHashMap<>();

  /** How to take the kept fields out of the events of one type. */
  private static final class Plan {
    final @Nullable EventSchema schema;
    final How[] hows;
    final long[] values;

    Plan(@Nullable EventSchema schema, How[] hows) {
      this.schema = schema;
      this.hows = hows;
      this.values = new long[hows.length];
    }
  }

  private enum How {
    ABSENT,
    NUMBER,
    BOOLEAN,
    TEXT,
    CLASS_NAME,
    THREAD_NAME,
    TIMESTAMP
  }

  JfrPartReader(List<EventSchema> known) {
    known.forEach(s -> schemas.put(s.event(), s));
    this.part = new RecordingBuilder(known);
  }

  /**
   * Reads a file.
   *
   * @param givenUp asked after each event; true ends the reading early
   */
  RecordingBuilder read(Path file, BooleanSupplier givenUp) throws IOException {
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents() && !givenUp.getAsBoolean()) {
        take(events.readEvent());
      }
    }
    part.sort();
    return part;
  }

  private void take(RecordedEvent event) {
    Plan plan = plans.computeIfAbsent(event.getEventType(), this::plan);
    Instant start = event.getStartTime();
    long nanos = nanos(start);
    EventSchema schema = plan.schema;
    if (schema == null) {
      part.ignore(event.getEventType().getName(), nanos);
      return;
    }
    for (int i = 0; i < plan.values.length; i++) {
      plan.values[i] = value(event, schema.fields().get(i).path(), plan.hows[i]);
    }
    part.add(schema, nanos, plan.values);
  }

  private long value(RecordedEvent event, String path, How how) {
    return switch (how) {
      case ABSENT -> 0;
      case NUMBER -> event.getLong(path);
      case BOOLEAN -> event.getBoolean(path) ? 1 : 0;
      case TEXT -> {
        Object text = event.getValue(path);
        yield text == null ? 0 : part.text(text.toString());
      }
      case CLASS_NAME -> className(event.getClass(path));
      case THREAD_NAME -> threadName(event.getThread(path));
      case TIMESTAMP -> nanos(event.getInstant(path));
    };
  }

  private int className(@Nullable RecordedClass recorded) {
    if (recorded == null) {
      return 0;
    }
    Integer known = classNames.get(recorded);
    if (known != null) {
      return known;
    }
    String name = recorded.getName();
    int index = part.text(name == null ? "" : name);
    if (classNames.size() < MOST_REMEMBERED) {
      classNames.put(recorded, index);
    }
    return index;
  }

  private int threadName(@Nullable RecordedThread thread) {
    if (thread == null) {
      return 0;
    }
    String name = thread.getJavaName() == null ? thread.getOSName() : thread.getJavaName();
    return part.text((name == null ? "" : name) + "#" + thread.getJavaThreadId());
  }

  private static long nanos(Instant instant) {
    // Saturates outside the years 1678 to 2262, which only damaged files name.
    long seconds = Math.max(-9_000_000_000L, Math.min(9_000_000_000L, instant.getEpochSecond()));
    return seconds * 1_000_000_000L + instant.getNano();
  }

  private Plan plan(EventType type) {
    EventSchema schema = schemas.get(type.getName());
    if (schema == null) {
      return new Plan(null, new How[0]);
    }
    How[] hows = new How[schema.fields().size()];
    for (int i = 0; i < hows.length; i++) {
      hows[i] = how(type, schema.fields().get(i));
    }
    return new Plan(schema, hows);
  }

  private static How how(EventType type, EventSchema.Field field) {
    ValueDescriptor found = null;
    List<ValueDescriptor> level = type.getFields();
    for (String name : field.path().split("\\.", -1)) {
      found = null;
      for (ValueDescriptor candidate : level) {
        if (candidate.getName().equals(name)) {
          found = candidate;
        }
      }
      if (found == null) {
        return How.ABSENT;
      }
      level = found.getFields();
    }
    if (found == null) {
      return How.ABSENT;
    }
    return switch (field.kind()) {
      case NUMBER -> found.getTypeName().equals("boolean") ? How.BOOLEAN : How.NUMBER;
      case TEXT -> How.TEXT;
      case CLASS_NAME -> found.getTypeName().equals("java.lang.Class") ? How.CLASS_NAME : How.TEXT;
      case THREAD_NAME -> How.THREAD_NAME;
      case TIMESTAMP -> How.TIMESTAMP;
    };
  }
}
