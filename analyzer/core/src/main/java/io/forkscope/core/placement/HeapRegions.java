package io.forkscope.core.placement;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.recording.EventTable;
import io.forkscope.core.recording.JdkEvents;
import java.util.ArrayList;
import java.util.List;

/** The reservation of the heap, cut into its generations where they have fixed places. */
final class HeapRegions {

  private HeapRegions() {}

  /**
   * The regions, in address order, covering the reservation.
   *
   * @param bounds start and end of the reservation
   */
  static List<Region> of(HeapHistory history, long[] bounds) {
    return switch (history.collector()) {
      case SERIAL -> cut(bounds, young(history, bounds), true);
      case PARALLEL -> {
        EventTable spaces = history.recording().table(JdkEvents.PS_HEAP_SUMMARY);
        long at = spaces.rows() == 0 ? bounds[0] : spaces.number("youngSpace.start", 0);
        yield cut(bounds, at, false);
      }
      case G1, SHENANDOAH, EPSILON -> List.of(heap("Java heap", bounds[0], bounds[1], false));
      case Z -> List.of(heap("Java heap", bounds[0], bounds[1], true));
    };
  }

  private static long young(HeapHistory history, long[] bounds) {
    return bounds[0] + history.flag("MaxNewSize").orElse(0);
  }

  private static List<Region> cut(long[] bounds, long at, boolean youngFirst) {
    if (at <= bounds[0] || at >= bounds[1] || at % PageRuns.PAGE != 0) {
      return List.of(heap("Java heap", bounds[0], bounds[1], false));
    }
    String young = "Java heap: young generation";
    String old = "Java heap: old generation";
    List<Region> regions = new ArrayList<>();
    regions.add(heap(youngFirst ? young : old, bounds[0], at, false));
    regions.add(heap(youngFirst ? old : young, at, bounds[1], false));
    return regions;
  }

  private static Region heap(String name, long from, long to, boolean shared) {
    return new Region(
        name,
        RegionKind.JAVA_HEAP,
        from,
        to - from,
        io.forkscope.core.memory.PageSize.BASE_4K,
        shared,
        shared,
        true);
  }
}
