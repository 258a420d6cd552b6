package io.forkscope.core.recording;

import java.util.List;

/**
 * The events of the JDK itself that placements use, as JDK 17 to 25 write them. Source of names and
 * fields: JDK 17 and 25, {@code jfr metadata}; {@code src/hotspot/share/jfr/metadata/metadata.xml}.
 */
public final class JdkEvents {

  private static final String PROFILE = "-XX:StartFlightRecording=settings=default (or profile)";

  private static String setting(String event) {
    return "-XX:StartFlightRecording=settings=default," + event + "#enabled=true";
  }

  /** The collectors in use. */
  public static final EventSchema GC_CONFIGURATION =
      EventSchema.of("jdk.GCConfiguration", PROFILE, "youngCollector:text", "oldCollector:text");

  /** Used and committed heap before and after each collection. */
  public static final EventSchema GC_HEAP_SUMMARY =
      EventSchema.of(
          "jdk.GCHeapSummary",
          PROFILE,
          "gcId",
          "when:text",
          "heapSpace.start",
          "heapSpace.committedEnd",
          "heapSpace.reservedEnd",
          "heapUsed");

  /** The spaces of the Parallel collector before and after each collection. */
  public static final EventSchema PS_HEAP_SUMMARY =
      EventSchema.of(
          "jdk.PSHeapSummary",
          PROFILE,
          "gcId",
          "when:text",
          "oldSpace.start",
          "oldSpace.committedEnd",
          "oldSpace.reservedEnd",
          "oldObjectSpace.used",
          "youngSpace.start",
          "youngSpace.committedEnd",
          "youngSpace.reservedEnd",
          "edenSpace.start",
          "edenSpace.end",
          "edenSpace.used",
          "fromSpace.start",
          "fromSpace.end",
          "fromSpace.used",
          "toSpace.start",
          "toSpace.end",
          "toSpace.used");

  /** Eden and survivors of G1 before and after each collection. */
  public static final EventSchema G1_HEAP_SUMMARY =
      EventSchema.of(
          "jdk.G1HeapSummary",
          PROFILE,
          "gcId",
          "when:text",
          "edenUsedSize",
          "survivorUsedSize",
          "numberOfRegions");

  /** The type and use of each region of G1, at the start or end of a chunk. */
  public static final EventSchema G1_HEAP_REGION_INFORMATION =
      EventSchema.of(
          "jdk.G1HeapRegionInformation",
          setting("jdk.G1HeapRegionInformation"),
          "index",
          "type:text",
          "start",
          "used");

  /** A region of G1 that changes its type. */
  public static final EventSchema G1_HEAP_REGION_TYPE_CHANGE =
      EventSchema.of(
          "jdk.G1HeapRegionTypeChange",
          setting("jdk.G1HeapRegionTypeChange"),
          "index",
          "from:text",
          "to:text",
          "start",
          "used");

  /** A collection. */
  public static final EventSchema GARBAGE_COLLECTION =
      EventSchema.of("jdk.GarbageCollection", PROFILE, "gcId", "name:text", "cause:text");

  /** Bytes of survivors by age, after a young collection of Serial or G1. */
  public static final EventSchema TENURING_DISTRIBUTION =
      EventSchema.of("jdk.TenuringDistribution", PROFILE, "gcId", "age", "size");

  /** Limits of the heap. */
  public static final EventSchema GC_HEAP_CONFIGURATION =
      EventSchema.of("jdk.GCHeapConfiguration", PROFILE, "minSize", "maxSize", "initialSize");

  /** Limits of the young generation. */
  public static final EventSchema YOUNG_GENERATION_CONFIGURATION =
      EventSchema.of("jdk.YoungGenerationConfiguration", PROFILE, "minSize", "maxSize", "newRatio");

  /** An object that opened a new TLAB. */
  public static final EventSchema ALLOCATION_IN_NEW_TLAB =
      EventSchema.of(
          "jdk.ObjectAllocationInNewTLAB",
          setting("jdk.ObjectAllocationInNewTLAB"),
          "objectClass:class",
          "allocationSize",
          "tlabSize");

  /** An object too large for a TLAB. */
  public static final EventSchema ALLOCATION_OUTSIDE_TLAB =
      EventSchema.of(
          "jdk.ObjectAllocationOutsideTLAB",
          setting("jdk.ObjectAllocationOutsideTLAB"),
          "objectClass:class",
          "allocationSize");

  /** A sampled allocation; the weights sum to about all bytes allocated. */
  public static final EventSchema ALLOCATION_SAMPLE =
      EventSchema.of(
          "jdk.ObjectAllocationSample",
          PROFILE,
          "objectClass:class",
          "weight",
          "eventThread:thread");

  /** Bytes that a thread has allocated since it started. */
  public static final EventSchema THREAD_ALLOCATION =
      EventSchema.of("jdk.ThreadAllocationStatistics", PROFILE, "thread:thread", "allocated");

  /** Where the code cache lies. */
  public static final EventSchema CODE_CACHE_CONFIGURATION =
      EventSchema.of(
          "jdk.CodeCacheConfiguration",
          PROFILE,
          "reservedSize",
          "startAddress",
          "reservedTopAddress");

  /** Use of metaspace around a collection. */
  public static final EventSchema METASPACE_SUMMARY =
      EventSchema.of(
          "jdk.MetaspaceSummary",
          PROFILE,
          "gcId",
          "when:text",
          "metaspace.committed",
          "metaspace.used",
          "metaspace.reserved");

  /** A flag of integer type. */
  public static final EventSchema UNSIGNED_LONG_FLAG =
      EventSchema.of("jdk.UnsignedLongFlag", PROFILE, "name:text", "value");

  /** A flag that is on or off. */
  public static final EventSchema BOOLEAN_FLAG =
      EventSchema.of("jdk.BooleanFlag", PROFILE, "name:text", "value");

  /** The JVM's version and start. */
  public static final EventSchema JVM_INFORMATION =
      EventSchema.of(
          "jdk.JVMInformation",
          PROFILE,
          "jvmName:text",
          "jvmVersion:text",
          "jvmArguments:text",
          "jvmStartTime:timestamp",
          "pid");

  /** All of them. */
  public static final List<EventSchema> ALL =
      List.of(
          GC_CONFIGURATION,
          GC_HEAP_SUMMARY,
          PS_HEAP_SUMMARY,
          G1_HEAP_SUMMARY,
          G1_HEAP_REGION_INFORMATION,
          G1_HEAP_REGION_TYPE_CHANGE,
          GARBAGE_COLLECTION,
          TENURING_DISTRIBUTION,
          GC_HEAP_CONFIGURATION,
          YOUNG_GENERATION_CONFIGURATION,
          ALLOCATION_IN_NEW_TLAB,
          ALLOCATION_OUTSIDE_TLAB,
          ALLOCATION_SAMPLE,
          THREAD_ALLOCATION,
          CODE_CACHE_CONFIGURATION,
          METASPACE_SUMMARY,
          UNSIGNED_LONG_FLAG,
          BOOLEAN_FLAG,
          JVM_INFORMATION);

  private JdkEvents() {}
}
