package io.forkscope.models.allocator;

import io.forkscope.core.memory.PageSize;
import java.util.NavigableMap;

/**
 * The mappings of an arena's heap, each a size class larger than the one before, from 2 MiB on.
 * With huge pages it matters where in one of them the heap ends: all of the page is resident. With
 * base pages it does not, and all address space is one mapping.
 *
 * <p>Source: jemalloc 5.3.0 src/extent.c ({@code extent_grow_retained}), include/jemalloc/internal/
 * exp_grow.h; Linux 6.18 mm/huge_memory.c ({@code __thp_get_unmapped_area}: mappings that are
 * multiples of a huge page are aligned to it).
 */
final class JemallocRegions {

  private static final long FIRST_BYTES = 2L << 20;

  /** Assumes that smaller mappings, of which some are cut by the half, lie side by side. */
  private static final long ALIGNED_BYTES = 8L << 20;

  private final long base;
  private final long end;
  private final long pageBytes;
  private int nextClass = JemallocSizes.index(FIRST_BYTES);
  private long next;
  private long regionEnd;
  private long top;

  JemallocRegions(long base, long end, PageSize pageSize) {
    this.base = base;
    this.end = end;
    this.pageBytes = pageSize.bytes();
    next = base;
    top = base;
    regionEnd = pageSize == PageSize.BASE_4K ? end : base;
  }

  JemallocRegions(JemallocRegions other) {
    base = other.base;
    end = other.end;
    pageBytes = other.pageBytes;
    nextClass = other.nextClass;
    next = other.next;
    regionEnd = other.regionEnd;
    top = other.top;
  }

  /**
   * Takes new address space.
   *
   * @param free takes what is left of the mapping before
   */
  long take(long bytes, NavigableMap<Long, Long> free) {
    if (bytes > regionEnd - next) {
      if (bytes >= Jemalloc.OVERSIZE_BYTES && regionEnd < end) {
        long alone = roundUp(top);
        grow(alone + bytes);
        return alone;
      }
      map(bytes, free);
    }
    long address = next;
    next += bytes;
    return address;
  }

  private void map(long bytes, NavigableMap<Long, Long> free) {
    if (regionEnd == end) {
      refuse();
    }
    if (regionEnd > next) {
      free.put(next, regionEnd - next);
    }
    while (JemallocSizes.bytes(nextClass) < bytes) {
      nextClass++;
    }
    long size = JemallocSizes.bytes(nextClass++);
    next = size < ALIGNED_BYTES ? top : roundUp(top);
    regionEnd = next + size;
    grow(regionEnd);
  }

  private void grow(long to) {
    if (to > end) {
      refuse();
    }
    top = to;
  }

  private void refuse() {
    throw new IllegalArgumentException(
        "the scenario needs more than the " + ((end - base) >> 30) + " GiB that are modelled");
  }

  private long roundUp(long address) {
    return (address + pageBytes - 1) & -pageBytes;
  }
}
