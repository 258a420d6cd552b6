package io.forkscope.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;

/** Holds the table of agent/README.md against the event classes; {@code -Dapprove} rewrites it. */
final class EventTableTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String BEGIN = "<!-- events: begin -->\n";
  private static final String END = "<!-- events: end -->\n";

  private static final List<Class<? extends Event>> EVENTS =
      List.of(
          AgentInfoEvent.class,
          AllocationsEvent.class,
          ForkPointEvent.class,
          RegionEvent.class,
          ResidentEvent.class,
          HeapSpaceEvent.class,
          LossEvent.class);

  /** What JFR itself adds to every event. */
  private static final List<String> BUILT_IN =
      List.of("startTime", "duration", "eventThread", "stackTrace");

  private static final Map<String, String> UNITS =
      Map.of("jdk.jfr.DataAmount", "bytes", "jdk.jfr.MemoryAddress", "address");

  @Test
  void readmeTableSaysWhatTheEventClassesSay() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    if (System.getProperty("approve") != null) {
      Files.writeString(README, readme.substring(0, begin) + table() + readme.substring(end));
      readme = Files.readString(README);
      end = readme.indexOf(END);
    }

    assertThat(readme.substring(begin, end)).isEqualTo(table());
  }

  @Test
  void everyEventClassOfThePackageIsInTheTable() throws IOException {
    // A class added without a row would be invisible to the first test.
    try (var files = Files.list(Path.of("src/main/java/io/forkscope/events"))) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith("Event.java")))
          .containsExactlyInAnyOrderElementsOf(
              EVENTS.stream().map(e -> e.getSimpleName() + ".java").toList());
    }
  }

  @Test
  void noFieldHasATypeThatJfrDropsSilently() {
    // JFR leaves out fields of array and other types without a word: each declared field must be
    // one that JFR reports.
    for (Class<? extends Event> event : EVENTS) {
      List<String> reported =
          EventType.getEventType(event).getFields().stream().map(ValueDescriptor::getName).toList();
      for (java.lang.reflect.Field field : event.getDeclaredFields()) {
        if (!java.lang.reflect.Modifier.isStatic(field.getModifiers())) {
          assertThat(reported).as(event.getName()).contains(field.getName());
        }
      }
    }
  }

  private static String table() {
    StringBuilder table = new StringBuilder();
    for (Class<? extends Event> event : EVENTS) {
      EventType type = EventType.getEventType(event);
      table
          .append("\n### `" + type.getName() + "`\n\n" + type.getDescription() + ".\n\n")
          .append("| field | type | unit | meaning |\n| --- | --- | --- | --- |\n");
      for (ValueDescriptor field : type.getFields()) {
        if (!BUILT_IN.contains(field.getName())) {
          table.append(row(field));
        }
      }
    }
    return table.append("\n").toString();
  }

  private static String row(ValueDescriptor field) {
    String unit =
        field.getAnnotationElements().stream()
            .map(a -> UNITS.getOrDefault(a.getTypeName(), ""))
            .filter(u -> !u.isEmpty())
            .findFirst()
            .orElse("");
    String type = field.getTypeName().replace("java.lang.", "");
    return "| `%s` | %s | %s | %s |\n"
        .formatted(field.getName(), type, unit, field.getDescription());
  }
}
