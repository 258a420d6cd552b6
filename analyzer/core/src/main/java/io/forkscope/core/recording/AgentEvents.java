package io.forkscope.core.recording;

import java.util.List;

/**
 * The events of Forkscope's agent, by name, as the table in agent/README.md specifies them. What
 * each field means and its unit stand there.
 */
public final class AgentEvents {

  private static final String SETTING = "-javaagent:forkscope-agent.jar=start,file=NAME.jfr";

  /** Who recorded, and how far addresses can be trusted. */
  public static final EventSchema AGENT_INFO =
      EventSchema.of(
          "forkscope.AgentInfo",
          SETTING,
          "agentVersion:text",
          "pid",
          "jvmVersion:text",
          "jvmName:text",
          "collector:text",
          "addresses:text",
          "addressesBecause:text",
          "jdkInstrumented",
          "pageBytes");

  /** Objects of one class, thread and site in one window of the address space. */
  public static final EventSchema ALLOCATIONS =
      EventSchema.of(
          "forkscope.Allocations",
          SETTING,
          "window",
          "granules",
          "objectClass:text",
          "objects",
          "bytes",
          "phase",
          "epoch");

  /** The moment of the fork; or, with {@code how} "end", of the recording's end. */
  public static final EventSchema FORK_POINT =
      EventSchema.of(
          "forkscope.ForkPoint",
          "-javaagent:forkscope-agent.jar=start,forkpoint=after:SECONDS",
          "name:text",
          "how:text",
          "phase",
          "epoch",
          "recordedBytes",
          "allocatedBytes",
          "residentBytes");

  /** One range of the address space and what it holds. */
  public static final EventSchema REGION =
      EventSchema.of(
          "forkscope.Region",
          SETTING,
          "name:text",
          "kind:text",
          "start",
          "bytes",
          "residentBytes",
          "mappingPrivateDirtyBytes",
          "pageBytes",
          "mappingHugeBytes",
          "sharedMapping",
          "permissions:text",
          "phase");

  /** A run of pages that are present. */
  public static final EventSchema RESIDENT =
      EventSchema.of("forkscope.Resident", SETTING, "start", "bytes", "phase");

  /** A space of the heap of Serial, Parallel or Epsilon. */
  public static final EventSchema HEAP_SPACE =
      EventSchema.of(
          "forkscope.HeapSpace",
          SETTING,
          "name:text",
          "start",
          "usedBytes",
          "committedBytes",
          "phase");

  /** What was knowingly not recorded. */
  public static final EventSchema LOSS =
      EventSchema.of(
          "forkscope.Loss",
          SETTING,
          "instrumentedSites",
          "skippedSites",
          "failedClasses",
          "recordedObjects",
          "undecodableObjects",
          "failedHandOvers");

  /** All of them. */
  public static final List<EventSchema> ALL =
      List.of(AGENT_INFO, ALLOCATIONS, FORK_POINT, REGION, RESIDENT, HEAP_SPACE, LOSS);

  private AgentEvents() {}
}
