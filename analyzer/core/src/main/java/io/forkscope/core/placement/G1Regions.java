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

  /** Regions below others that have been given back to the kernel. */
  private final NavigableSet<Integer> holes = new TreeSet<>();

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

  /** How many are committed. */
  int count() {
    return committed - holes.size();
  }

  /** The first byte after the highest of them. */
  long end() {
    return address(committed);
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

  int taken() {
    return taken;
  }

  /** Commits regions until there are so many: G1 takes the lowest uncommitted ones first. */
  void growTo(int regions) {
    while (committed - holes.size() < regions) {
      Integer hole = holes.pollFirst();
      free.add(hole == null ? committed++ : hole);
    }
  }

  /** Gives free regions back, the highest first; those that were given back. */
  List<Integer> shrinkTo(int regions) {
    List<Integer> gone = new ArrayList<>();
    while (committed - holes.size() > regions && !free.isEmpty()) {
      int region = free.pollLast();
      gone.add(region);
      holes.add(region);
    }
    while (holes.remove(committed - 1)) {
      committed--;
    }
    return gone;
  }
}
