package io.forkscope.core.placement;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.recording.AgentEvents;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The regions and resident pages of the whole process at a fork point, as the agent saw them. */
final class AgentMap {

  /** User addresses of x86-64 and AArch64; the kernel's own page lies above: not ours. */
  private static final long END_OF_USER_ADDRESSES = 1L << 47;

  private final Recording recording;
  private final List<Named> named = new ArrayList<>();
  private final PageRuns resident;
  private final int overlaps;

  private record Named(Region region, long dirtyPages) {}

  AgentMap(Recording recording, int phase) {
    this.recording = recording;
    EventTable table = recording.table(AgentEvents.REGION);
    for (int row = 0; row < table.rows(); row++) {
      long start = table.number("start", row);
      long bytes = table.number("bytes", row) / PageRuns.PAGE * PageRuns.PAGE;
      if (table.number("phase", row) == phase
          && start >= 0
          && bytes > 0
          && start + bytes <= END_OF_USER_ADDRESSES) {
        named.add(named(table, row, start, bytes));
      }
    }
    named.sort(Comparator.comparingLong(n -> n.region.address()));
    overlaps = dropOverlaps();
    PageRuns.Builder present = new PageRuns.Builder();
    EventTable runs = recording.table(AgentEvents.RESIDENT);
    for (int row = 0; row < runs.rows(); row++) {
      if (runs.number("phase", row) == phase) {
        present.add(runs.number("start", row), runs.number("bytes", row));
      }
    }
    resident = present.build();
  }

  /** The map is taken while the process runs on: a range may have been seen twice. */
  private int dropOverlaps() {
    int dropped = 0;
    long end = 0;
    for (int i = 0; i < named.size(); ) {
      Region region = named.get(i).region;
      if (region.address() < end) {
        named.remove(i);
        dropped++;
      } else {
        end = region.end();
        i++;
      }
    }
    return dropped;
  }

  /** Regions that were left out because they overlap others. */
  int overlaps() {
    return overlaps;
  }

  private static Named named(EventTable table, int row, long start, long bytes) {
    String name = table.text("name", row);
    String permissions = table.text("permissions", row);
    Region region =
        new Region(
            name.isBlank() ? "anonymous" : name,
            kind(table.text("kind", row)),
            start,
            bytes,
            PageSize.BASE_4K,
            table.number("sharedMapping", row) != 0,
            name.startsWith("/"),
            permissions.contains("w"));
    return new Named(region, table.number("mappingPrivateDirtyBytes", row) / PageRuns.PAGE);
  }

  private static RegionKind kind(String text) {
    for (RegionKind kind : RegionKind.values()) {
      if (kind.name().equals(text)) {
        return kind;
      }
    }
    return RegionKind.ANONYMOUS;
  }

  /**
   * The hull of the heap's regions.
   *
   * @throws RecordingException if there is none
   */
  long[] heapBounds() throws RecordingException {
    long from = Long.MAX_VALUE;
    long to = 0;
    for (Named n : named) {
      if (n.region.kind() == RegionKind.JAVA_HEAP) {
        from = Math.min(from, n.region.address());
        to = Math.max(to, n.region.end());
      }
    }
    if (from >= to) {
      throw new RecordingException(
          recording.path(),
          RecordingException.NO_OFFSET,
          "neither jdk.GCHeapSummary nor a forkscope.Region says where the heap is; record again");
    }
    return new long[] {from, to};
  }

  /** Heap regions without the parts where something else is mapped, such as archived objects. */
  List<Region> carve(List<Region> heap) {
    List<Region> pieces = new ArrayList<>();
    for (Region whole : heap) {
      long from = whole.address();
      for (Named n : named) {
        Region other = n.region;
        if (!isHeap(other) && other.address() < whole.end() && other.end() > from) {
          addPiece(pieces, whole, from, other.address());
          from = Math.max(from, other.end());
        }
      }
      addPiece(pieces, whole, from, whole.end());
    }
    return pieces;
  }

  private static boolean isHeap(Region region) {
    return region.kind() == RegionKind.JAVA_HEAP && !region.fileBacked();
  }

  private static void addPiece(List<Region> pieces, Region whole, long from, long to) {
    if (from < to) {
      pieces.add(
          new Region(
              whole.name(),
              whole.kind(),
              from,
              to - from,
              whole.pageSize(),
              whole.shared(),
              whole.fileBacked(),
              true));
    }
  }

  /** Everything: the given heap and all that is not heap. */
  List<PlacedRegion> regions(List<Region> heap) {
    List<PlacedRegion> all = new ArrayList<>();
    for (Region region : heap) {
      PageRuns present = resident.within(region.address(), region.bytes());
      all.add(new PlacedRegion(region, present, present.pages(), PlacementKind.EXACT, true));
    }
    for (Named n : named) {
      if (!isHeap(n.region)) {
        PageRuns present = resident.within(n.region.address(), n.region.bytes());
        long dirty =
            n.region.fileBacked() ? Math.min(present.pages(), n.dirtyPages) : present.pages();
        all.add(new PlacedRegion(n.region, present, dirty, PlacementKind.EXACT, false));
      }
    }
    all.sort(Comparator.comparingLong(p -> p.region().address()));
    return all;
  }
}
