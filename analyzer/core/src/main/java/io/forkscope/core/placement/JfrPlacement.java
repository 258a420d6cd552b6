package io.forkscope.core.placement;

import io.forkscope.core.memory.Region;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Places a recording that any JVM makes of itself, without Forkscope's agent: heap bounds and
 * amounts are recorded, what lies between them is placed by the collector's own rules.
 */
public final class JfrPlacement implements Placement {

  /** One way; it keeps nothing. */
  public JfrPlacement() {}

  @Override
  public PlacementKind kind() {
    return PlacementKind.RECONSTRUCTED;
  }

  @Override
  public boolean accepts(Recording recording, ForkMoment fork) {
    return true;
  }

  @Override
  public PlacedActivity place(Recording recording, ForkMoment fork) throws RecordingException {
    HeapHistory history = HeapHistory.of(recording);
    long[] bounds = bounds(history);
    HeapReplay replay = HeapReplay.of(history, bounds, fork, recording.lastNanos());
    List<Region> heap = HeapRegions.of(history, bounds);
    PlacedActions actions = replay.run(heap, builder -> {});
    PageRuns resident = replay.touchedAtFork();
    List<PlacedRegion> regions = new ArrayList<>();
    for (Region region : heap) {
      PageRuns inside = resident.within(region.address(), region.bytes());
      regions.add(
          new PlacedRegion(region, inside, inside.pages(), PlacementKind.RECONSTRUCTED, true));
    }
    List<String> notes = new ArrayList<>(replay.notes());
    notes.add(
        "The recording was made without Forkscope's agent: only the Java heap is in it; the C heap,"
            + " metaspace, the code cache, the CDS archive, GC data and stacks are left out.");
    return new PlacedActivity(
        history.collector().label(),
        fork,
        recording.lastNanos(),
        regions,
        actions,
        replay.collectionsSinceFork(),
        PlacementKind.RECONSTRUCTED,
        versions(recording),
        replay.assumptions(),
        notes);
  }

  static long[] bounds(HeapHistory history) throws RecordingException {
    if (history.bounds().isEmpty()) {
      throw new RecordingException(
          history.recording().path(),
          RecordingException.NO_OFFSET,
          "no jdk.GCHeapSummary event: no collection was recorded; record longer, or run `jcmd PID"
              + " GC.run` meanwhile");
    }
    long[] bounds = history.bounds().get();
    if (bounds[0] <= 0
        || bounds[1] <= bounds[0]
        || bounds[0] % PageRuns.PAGE != 0
        || bounds[1] % PageRuns.PAGE != 0
        || bounds[1] - bounds[0] > 1L << 44) {
      throw new RecordingException(
          history.recording().path(),
          RecordingException.NO_OFFSET,
          "jdk.GCHeapSummary says the heap lies from 0x"
              + Long.toHexString(bounds[0])
              + " to 0x"
              + Long.toHexString(bounds[1])
              + ", which cannot be; the file is damaged");
    }
    return bounds;
  }

  static Map<String, String> versions(Recording recording) {
    Map<String, String> versions = new TreeMap<>();
    EventTable jvm = recording.table(JdkEvents.JVM_INFORMATION);
    if (jvm.rows() > 0) {
      versions.put("jvm", jvm.text("jvmVersion", 0));
    }
    return versions;
  }
}
