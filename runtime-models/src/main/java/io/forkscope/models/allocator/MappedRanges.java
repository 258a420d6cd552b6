package io.forkscope.models.allocator;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where mmap puts anonymous mappings below a fixed top: in the highest gap that holds them, at its
 * upper end. Source: Linux mm/mmap.c, vm_unmapped_area top-down.
 */
final class MappedRanges {

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
    long base = gap(bytes);
    if (base % alignment != 0) {
      base = gap(bytes + alignment - ZendChunks.PAGE);
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
