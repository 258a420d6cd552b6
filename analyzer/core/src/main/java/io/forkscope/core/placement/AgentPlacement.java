package io.forkscope.core.placement;

import io.forkscope.core.memory.Region;
import io.forkscope.core.recording.AgentEvents;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Places a recording of Forkscope's agent: the regions and resident pages of the whole process are
 * recorded at the fork point, recorded objects lie where they lay, and what the agent did not see
 * is filled in as {@link JfrPlacement} does, between bounds that the agent recorded.
 */
public final class AgentPlacement implements Placement {

  /** One way; it keeps nothing. */
  public AgentPlacement() {}

  @Override
  public PlacementKind kind() {
    return PlacementKind.EXACT;
  }

  @Override
  public boolean accepts(Recording recording, ForkMoment fork) {
    EventTable regions = recording.table(AgentEvents.REGION);
    for (int row = 0; row < regions.rows(); row++) {
      if (fork.phase() > 0 && regions.number("phase", row) == fork.phase()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public PlacedActivity place(Recording recording, ForkMoment fork) throws RecordingException {
    HeapHistory history = HeapHistory.of(recording);
    AgentMap map = new AgentMap(recording, fork.phase());
    long[] bounds = history.bounds().isPresent() ? JfrPlacement.bounds(history) : map.heapBounds();
    long end = end(recording);
    HeapReplay replay = HeapReplay.of(history, bounds, fork, end);
    List<Region> heap = map.carve(HeapRegions.of(history, bounds));
    PlacedActions actions = replay.run(heap, builder -> addRecorded(recording, fork, builder));
    List<String> notes = new ArrayList<>(replay.notes());
    if (map.overlaps() > 0) {
      notes.add(map.overlaps() + " recorded regions overlap others and were left out.");
    }
    noteLoss(recording, notes);
    boolean exact = noteCoverage(actions, notes);
    return new PlacedActivity(
        history.collector().label(),
        fork,
        end,
        map.regions(heap),
        actions,
        replay.collectionsSinceFork(),
        exact ? PlacementKind.EXACT : PlacementKind.RECONSTRUCTED,
        versions(recording),
        replay.assumptions(),
        notes);
  }

  private static long end(Recording recording) {
    EventTable points = recording.table(AgentEvents.FORK_POINT);
    for (int row = points.rows() - 1; row >= 0; row--) {
      if (points.text("how", row).equals("end")) {
        return points.nanos(row);
      }
    }
    return recording.lastNanos();
  }

  /** The recorded objects after the fork point, page by page. */
  private static void addRecorded(
      Recording recording, ForkMoment fork, PlacedActions.Builder actions) {
    EventTable table = recording.table(AgentEvents.ALLOCATIONS);
    for (int row = 0; row < table.rows(); row++) {
      long granules = table.number("granules", row);
      if (table.number("phase", row) < fork.phase() || granules == 0) {
        continue;
      }
      long pages = Long.bitCount(granules);
      long window = table.number("window", row);
      long at = Math.max(fork.nanos() + 1, table.nanos(row));
      for (int bit = 0; bit < Long.SIZE; ) {
        int run = Long.numberOfTrailingZeros(~(granules >>> bit));
        run = Math.min(run, Long.SIZE - bit);
        if (run > 0) {
          actions.add(
              at,
              HeapAction.NEW_OBJECTS,
              window + bit * PageRuns.PAGE,
              run * PageRuns.PAGE,
              table.number("objects", row) * run / pages,
              table.text("objectClass", row),
              true);
        }
        bit += Math.max(1, run);
      }
    }
  }

  /** What the agent says it could not record, up to the recording's end. */
  private static void noteLoss(Recording recording, List<String> notes) {
    EventTable table = recording.table(AgentEvents.LOSS);
    int last = table.rows() - 1;
    if (last < 0) {
      return;
    }
    note(table.number("failedClasses", last), "classes could not be instrumented", notes);
    note(table.number("skippedSites", last), "allocation sites were left alone", notes);
    note(table.number("undecodableObjects", last), "objects had no readable address", notes);
    note(table.number("failedHandOvers", last), "batches of objects were lost", notes);
  }

  private static void note(long count, String what, List<String> notes) {
    if (count > 0) {
      notes.add("The agent did not record everything: " + count + " " + what + ".");
    }
  }

  /** Whether nearly everything that was written by allocation has a recorded address. */
  private static boolean noteCoverage(PlacedActions actions, List<String> notes) {
    PageRuns.Builder recorded = new PageRuns.Builder();
    PageRuns.Builder all = new PageRuns.Builder();
    for (int row = 0; row < actions.rows(); row++) {
      if (actions.action(row) == HeapAction.NEW_OBJECTS) {
        all.add(actions.address(row), actions.bytes(row));
        if (actions.exact(row)) {
          recorded.add(actions.address(row), actions.bytes(row));
        }
      }
    }
    long pages = all.build().pages();
    long exact = recorded.build().pages();
    double ratio = pages == 0 ? 0 : (double) exact / pages;
    notes.add(
        String.format(
            java.util.Locale.ROOT,
            "%d of %d pages that new objects reached have a recorded object's address; the others"
                + " are filled in between the bounds that were recorded.",
            exact,
            pages));
    return ratio >= 0.95;
  }

  private static Map<String, String> versions(Recording recording) {
    Map<String, String> versions = JfrPlacement.versions(recording);
    EventTable info = recording.table(AgentEvents.AGENT_INFO);
    if (info.rows() > 0) {
      versions.put("agent", info.text("agentVersion", 0));
      versions.put("jvm", info.text("jvmVersion", 0));
    }
    return versions;
  }
}
