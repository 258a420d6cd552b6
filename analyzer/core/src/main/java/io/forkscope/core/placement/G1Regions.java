package io.forkscope.core.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The regions of a G1 heap and the order in which they are taken: from a free list in address
 * order, young ones from its end, all others from its beginning. Source: JDK 17
 * src/hotspot/share/gc/g1/heapRegionManager.cpp (allocate_free_region) and heapRegionSet.cpp.
 */
final class G1Regions {

  private final long start;
  private final long regionBytes;
  private final NavigableSet<Integer> free = new TreeSet<>();
  private int committed;
  private int taken;

  /**
   * A heap of free regions.
   *
   * @param committed how many there are, from the start of the heap
   */
  G1Regions(long start, long regionBytes, int committed) {
    this.start = start;
    this.regionBytes = regionBytes;
    this.committed = committed;
    for (int i = 0; i < committed; i++) {
      free.add(i);
    }
  }

  long regionBytes() {
    return regionBytes;
  }

  int committed() {
    return committed;
  }

  long address(int region) {
    return start + region * regionBytes;
  }

  /** The highest free region; a new one above all others where none is free. */
  int takeYoung() {
    Integer region = free.pollLast();
    taken++;
    return region == null ? committed++ : region;
  }

  /** The lowest free region; a new one above all others where none is free. */
  int takeOld() {
    Integer region = free.pollFirst();
    taken++;
    return region == null ? committed++ : region;
  }

  void give(List<Integer> regions) {
    free.addAll(regions);
    taken -= regions.size();
  }

  void give(int region) {
    free.add(region);
    taken--;
  }

  boolean isFree(int region) {
    return free.contains(region);
  }

  int taken() {
    return taken;
  }

  /** Commits more regions at the end of the heap. */
  void growTo(int regions) {
    while (committed < regions) {
      free.add(committed++);
    }
  }

  /** Gives free regions back, the highest first; those that were given back. */
  List<Integer> shrinkTo(int regions) {
    List<Integer> gone = new ArrayList<>();
    while (committed - gone.size() > regions && !free.isEmpty()) {
      gone.add(free.pollLast());
    }
    // Regions in the middle stay uncommitted holes: they are not free, and nobody takes them.
    while (gone.contains(committed - 1)) {
      committed--;
    }
    return gone;
  }
}
