package io.forkscope.models.allocator;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where mmap puts anonymous mappings below a fixed top: in the highest gap that holds them, at its
 * upper end. Those of whole huge pages go to a boundary of one, and only into a gap with room for
 * one more. Source: Linux 6.18 mm/mmap.c, __get_unmapped_area, vm_unmapped_area top-down;
 * mm/huge_memory.c, __thp_get_unmapped_area.
 */
final class MappedRanges {

  private static final long HUGE_PAGE = 2L << 20;

  private final long top;
  private final TreeMap<Long, Long> ends = new TreeMap<>();

  MappedRanges(long top) {
    this.top = top;
  }

  MappedRanges(MappedRanges other) {
    top = other.top;
    ends.putAll(other.ends);
  }

  /**
   * Maps on a boundary as zend_mm_chunk_alloc does: as it comes, and if that is not aligned, once
   * more with room to cut.
   */
  long mapAligned(long bytes, long alignment) {
    long base = place(bytes);
    if (base % alignment != 0) {
      base = place(bytes + alignment - ZendChunks.PAGE);
      base = (base + alignment - 1) / alignment * alignment;
    }
    ends.put(base, base + bytes);
    return base;
  }

  /** Grows a mapping where it lies; false if something is behind it. */
  boolean extend(long base, long newBytes) {
    Long next = ends.higherKey(base);
    if (base + newBytes > (next == null ? top : next)) {
      return false;
    }
    ends.put(base, base + newBytes);
    return true;
  }

  void unmap(long base, long bytes) {
    Long end = ends.remove(base);
    if (end == null || end != base + bytes) {
      throw new IllegalArgumentException("no mapping of " + bytes + " bytes at " + base);
    }
  }

  private long place(long bytes) {
    if (bytes % HUGE_PAGE != 0) {
      return gap(bytes);
    }
    long padded = gap(bytes + HUGE_PAGE);
    return padded + HUGE_PAGE - Math.floorMod(padded, HUGE_PAGE);
  }

  /** So many bytes at the upper end of the highest gap that holds them. */
  private long gap(long bytes) {
    long above = top;
    for (Map.Entry<Long, Long> mapping : ends.descendingMap().entrySet()) {
      if (above - mapping.getValue() >= bytes) {
        return above - bytes;
      }
      above = mapping.getKey();
    }
    return above - bytes;
  }
}
