package io.forkscope.core.placement;

import io.forkscope.core.recording.AgentEvents;
import io.forkscope.core.recording.EventSchema;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a recording says about the Java heap: its bounds, its flags, its collections. */
final class HeapHistory {

  private final Recording recording;
  private final Collector collector;
  private final List<HeapCollection> collections;
  private final Map<String, Long> flags = new HashMap<>();

  /** The collectors whose heaps differ in what a fork loses. */
  enum Collector {
    SERIAL("Serial"),
    PARALLEL("Parallel"),
    G1("G1"),
    Z("Z"),
    SHENANDOAH("Shenandoah"),
    EPSILON("Epsilon");

    private final String label;

    Collector(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  private HeapHistory(Recording recording, Collector collector) {
    this.recording = recording;
    this.collector = collector;
    readFlags(JdkEvents.UNSIGNED_LONG_FLAG);
    readFlags(JdkEvents.BOOLEAN_FLAG);
    this.collections = readCollections();
  }

  /**
   * Reads it.
   *
   * @throws RecordingException if the collector is not recorded
   */
  static HeapHistory of(Recording recording) throws RecordingException {
    return new HeapHistory(recording, collector(recording));
  }

  private static Collector collector(Recording recording) throws RecordingException {
    EventTable agent = recording.table(AgentEvents.AGENT_INFO);
    for (Collector c : Collector.values()) {
      if (agent.rows() > 0 && agent.text("collector", 0).equals(c.label)) {
        return c;
      }
    }
    EventTable table = recording.require(JdkEvents.GC_CONFIGURATION);
    String young = table.text("youngCollector", 0);
    String old = table.text("oldCollector", 0);
    // Names: JDK 17 src/hotspot/share/gc/shared/gcConfiguration.cpp and gcName.hpp.
    return switch (young.isEmpty() || young.equals("N/A") ? old : young) {
      case "DefNew" -> Collector.SERIAL;
      case "ParallelScavenge" -> Collector.PARALLEL;
      case "G1New" -> Collector.G1;
      case "Z", "ZGC Minor", "ZGC Major", "ZMinor", "ZMajor" -> Collector.Z;
      case "Shenandoah" -> Collector.SHENANDOAH;
      default ->
          throw new RecordingException(
              recording.path(),
              RecordingException.NO_OFFSET,
              "its collector (young "
                  + young
                  + ", old "
                  + old
                  + ") is not known; Serial, Parallel, G1 and Z are");
    };
  }

  Recording recording() {
    return recording;
  }

  Collector collector() {
    return collector;
  }

  /** In order of time. */
  List<HeapCollection> collections() {
    return collections;
  }

  /** The value of a flag of the JVM, if it was recorded; 0 and 1 for off and on. */
  OptionalLong flag(String name) {
    Long value = flags.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Whether the recording begins with the JVM, so that everything before is known. */
  boolean fromTheStart() {
    // G1 may have done its first collection for the recorder's own start-up.
    return collections.isEmpty() || collections.get(0).gcId() <= 1;
  }

  /** Mean bytes of an object, from the recording where it tells, else 64. */
  double meanObjectBytes() {
    EventTable exact = recording.table(AgentEvents.ALLOCATIONS);
    double objects = 0;
    double bytes = 0;
    for (int row = 0; row < exact.rows(); row++) {
      objects += exact.number("objects", row);
      bytes += exact.number("bytes", row);
    }
    if (objects > 0) {
      return Math.max(16, bytes / objects);
    }
    // An object opens a TLAB with a probability in proportion to its size: hence the harmonic mean.
    EventTable tlabs = recording.table(JdkEvents.ALLOCATION_IN_NEW_TLAB);
    double inverse = 0;
    for (int row = 0; row < tlabs.rows(); row++) {
      inverse += 1.0 / Math.max(16, tlabs.number("allocationSize", row));
    }
    return tlabs.rows() > 0 ? tlabs.rows() / inverse : ASSUMED_OBJECT_BYTES;
  }

  /** Used where a recording tells no object's size. */
  static final double ASSUMED_OBJECT_BYTES = 64;

  /** Start and reserved end of the heap, if recorded. */
  Optional<long[]> bounds() {
    EventTable heap = recording.table(JdkEvents.GC_HEAP_SUMMARY);
    if (heap.rows() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new long[] {heap.number("heapSpace.start", 0), heap.number("heapSpace.reservedEnd", 0)});
  }

  private void readFlags(EventSchema schema) {
    EventTable table = recording.table(schema);
    for (int row = 0; row < table.rows(); row++) {
      flags.put(table.text("name", row), table.number("value", row));
    }
  }

  private List<HeapCollection> readCollections() {
    EventTable heap = recording.table(JdkEvents.GC_HEAP_SUMMARY);
    Map<Long, Integer> before = rows(heap, "Before GC");
    Map<Long, Integer> names = rows(recording.table(JdkEvents.GARBAGE_COLLECTION), "");
    EventSchema own =
        collector == Collector.PARALLEL ? JdkEvents.PS_HEAP_SUMMARY : JdkEvents.G1_HEAP_SUMMARY;
    Map<Long, Integer> ownBefore = rows(recording.table(own), "Before GC");
    Map<Long, Integer> ownAfter = rows(recording.table(own), "After GC");
    Map<Long, long[]> survivors = survivors();
    List<HeapCollection> found = new ArrayList<>();
    for (int after = 0; after < heap.rows(); after++) {
      long id = heap.number("gcId", after);
      Integer first = before.get(id);
      boolean ownMissing = needsOwn() && !(ownBefore.containsKey(id) && ownAfter.containsKey(id));
      if (!heap.text("when", after).equals("After GC") || first == null || ownMissing) {
        continue;
      }
      long[] copied = survivors.getOrDefault(id, new long[] {-1, -1});
      found.add(
          new HeapCollection(
              (int) id,
              heap.nanos(first),
              heap.nanos(after),
              isFull(names.get(id)),
              isBecauseEdenWasFull(names.get(id)),
              heap.number("heapUsed", first),
              heap.number("heapUsed", after),
              heap.number("heapSpace.committedEnd", after) - heap.number("heapSpace.start", after),
              copied[0],
              copied[1],
              ownBefore.getOrDefault(id, -1),
              ownAfter.getOrDefault(id, -1)));
    }
    return List.copyOf(found);
  }

  private boolean needsOwn() {
    return collector == Collector.PARALLEL || collector == Collector.G1;
  }

  private static Map<Long, Integer> rows(EventTable table, String when) {
    Map<Long, Integer> rows = new HashMap<>();
    for (int row = 0; row < table.rows(); row++) {
      if (when.isEmpty() || table.text("when", row).equals(when)) {
        rows.putIfAbsent(table.number("gcId", row), row);
      }
    }
    return rows;
  }

  private Map<Long, long[]> survivors() {
    EventTable ages = recording.table(JdkEvents.TENURING_DISTRIBUTION);
    Map<Long, long[]> byCollection = new HashMap<>();
    for (int row = 0; row < ages.rows(); row++) {
      long[] sums = byCollection.computeIfAbsent(ages.number("gcId", row), id -> new long[2]);
      sums[0] += ages.number("size", row);
      if (ages.number("age", row) == 1) {
        sums[1] += ages.number("size", row);
      }
    }
    return byCollection;
  }

  private boolean isFull(@org.jspecify.annotations.Nullable Integer row) {
    if (row == null) {
      return false;
    }
    return switch (recording.table(JdkEvents.GARBAGE_COLLECTION).text("name", row)) {
      case "SerialOld", "ParallelOld", "G1Full" -> true;
      default -> false;
    };
  }

  private boolean isBecauseEdenWasFull(@org.jspecify.annotations.Nullable Integer row) {
    if (row == null) {
      return false;
    }
    String cause = recording.table(JdkEvents.GARBAGE_COLLECTION).text("cause", row);
    return cause.equals("Allocation Failure") || cause.equals("G1 Evacuation Pause");
  }
}
