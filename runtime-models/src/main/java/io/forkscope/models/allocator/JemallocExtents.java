package io.forkscope.models.allocator;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Extents of one arena: whole pages for slabs and for large blocks. Freed extents stay dirty and
 * are taken again, lowest first, before new address space is; in time they go back to the kernel.
 *
 * <p>Each extent has a header ({@code edata_t}) in memory of jemalloc's own, and one leaf of the
 * radix tree for each of its pages; both are written here.
 *
 * <p>Source: jemalloc 5.3.0 src/pac.c ({@code pac_alloc_real}), src/eset.c ({@code
 * eset_first_fit}), src/extent.c ({@code extent_record}), include/jemalloc/internal/edata.h,
 * rtree.h. Assumes that serial numbers of extents ascend with their addresses.
 */
final class JemallocExtents {

  static final int PAGE = PageSize.BASE_BYTES;

  /** {@code sizeof(edata_t)} on 64 bits; the headers are cache-line aligned. */
  private static final int HEADER_BYTES = 128;

  /**
   * Where headers begin in the first block of jemalloc's own memory, behind its arenas: measured
   * with huge pages, where a block is resident as a whole.
   */
  private static final long FIRST_HEADER_PAGE = 137;

  /** An element of a leaf of the radix tree, {@code rtree_leaf_elm_t}. */
  private static final int LEAF_ELEMENT_BYTES = 8;

  /** Address space for holes of huge pages; assumes that more than that are not taken again. */
  private static final long HOLE_BYTES = 1L << 30;

  /** From here on neighbours that are free are joined at once: SC_LARGE_MINCLASS. */
  private static final long JOINED_BYTES = 16 << 10;

  /** A dirty extent of more than 2^6 times the request is not cut: lg_extent_max_active_fit. */
  private static final int MOST_FIT_SHIFT = 6;

  private final ProcessMemory memory;
  private final WriteSink metadata;
  private final long pageBytes;
  private final long base;
  private final long end;
  private final long headers;
  private final long leaves;
  private final TreeMap<Long, Long> dirty = new TreeMap<>();
  private final BitSet freeHeaders = new BitSet();
  private int headerCount;
  private final JemallocRegions regions;
  private long nextHole;
  private int[] owners = new int[1024];

  /**
   * No extents yet.
   *
   * @param base where the first extent will lie, a page boundary
   * @param bytes of address space for extents
   * @param pageSize of the pages of extents
   */
  JemallocExtents(
      ProcessMemory memory, WriteSink metadata, long base, long bytes, PageSize pageSize) {
    this.memory = memory;
    this.metadata = metadata;
    this.pageBytes = pageSize.bytes();
    boolean huge = pageBytes > PAGE;
    this.base = huge ? base - HOLE_BYTES : base;
    this.nextHole = this.base;
    this.end = base + bytes;
    if (huge) {
      memory.map(Region.anonymous("jemalloc holes", RegionKind.ANONYMOUS, this.base, HOLE_BYTES));
    }
    this.regions = new JemallocRegions(base, end, pageSize);
    long block = end + pageBytes;
    this.headers = block + FIRST_HEADER_PAGE * PAGE;
    long headerBytes = roundUp(headers + bytes / PAGE * HEADER_BYTES - block);
    this.leaves = block + headerBytes + PAGE;
    memory.map(
        new Region(
            "jemalloc arena", RegionKind.ANONYMOUS, base, bytes, pageSize, false, false, true));
    memory.map(
        new Region(
            "jemalloc extents",
            RegionKind.ANONYMOUS,
            block,
            headerBytes,
            pageSize,
            false,
            false,
            true));
    memory.map(
        Region.anonymous(
            "jemalloc radix tree",
            RegionKind.ANONYMOUS,
            leaves,
            (end - this.base) / PAGE * LEAF_ELEMENT_BYTES));
  }

  JemallocExtents(JemallocExtents other, ProcessMemory memory, WriteSink metadata) {
    this.memory = memory;
    this.metadata = metadata;
    pageBytes = other.pageBytes;
    base = other.base;
    end = other.end;
    headers = other.headers;
    leaves = other.leaves;
    dirty.putAll(other.dirty);
    freeHeaders.or(other.freeHeaders);
    headerCount = other.headerCount;
    regions = new JemallocRegions(other.regions);
    nextHole = other.nextHole;
    owners = other.owners.clone();
  }

  /** Takes an extent, from the dirty ones if one fits. */
  long take(long pages) {
    long bytes = pages * PAGE;
    long fit = lowestFit(bytes);
    if (fit >= 0) {
      long held = Objects.requireNonNull(dirty.remove(fit));
      if (held > bytes) {
        dirty.put(fit + bytes, held - bytes);
        writeBorders(fit + bytes, held - bytes);
      }
      return fit;
    }
    return regions.take(bytes, dirty);
  }

  private long roundUp(long bytes) {
    return (bytes + pageBytes - 1) & -pageBytes;
  }

  private long lowestFit(long bytes) {
    for (Map.Entry<Long, Long> entry : dirty.entrySet()) {
      if (entry.getValue() >= bytes && entry.getValue() >> MOST_FIT_SHIFT <= bytes) {
        return entry.getKey();
      }
    }
    return -1;
  }

  /** Gives an extent back; its pages stay resident until {@link #purge}. */
  void release(long address, long bytes) {
    long from = address;
    long length = bytes;
    if (bytes >= JOINED_BYTES) {
      Map.Entry<Long, Long> below = dirty.lowerEntry(from);
      if (below != null && below.getKey() + below.getValue() == from) {
        dirty.remove(below.getKey());
        from = below.getKey();
        length += below.getValue();
      }
      Long above = dirty.remove(from + length);
      if (above != null) {
        length += above;
      }
    }
    writeBorders(from, length);
    if (length >= Jemalloc.OVERSIZE_BYTES) { // those go back to the kernel at once
      giveBack(from, length);
    }
    dirty.put(from, length);
  }

  /**
   * Gives the pages of every free extent back to the kernel. What lies beside whole huge pages
   * comes back in base pages, as a hole of the same length.
   */
  void purge() {
    TreeMap<Long, Long> free = new TreeMap<>(dirty);
    dirty.clear();
    free.forEach(
        (from, bytes) -> {
          long first = Math.min(from + bytes, roundUp(from));
          long whole = Math.max(0, ((from + bytes) & -pageBytes) - first);
          giveBack(from, bytes);
          if (whole > 0) {
            dirty.put(first, whole);
          }
          hole(first - from);
          hole(from + bytes - first - whole);
        });
  }

  private void hole(long bytes) {
    if (bytes > 0 && nextHole + bytes <= base + HOLE_BYTES) {
      dirty.put(nextHole, bytes);
      nextHole += bytes + PAGE; // holes are no neighbours
    }
  }

  /** Assumes that a huge page of which only a part is free stays resident. */
  private void giveBack(long from, long bytes) {
    long first = roundUp(from);
    long whole = ((from + bytes) & -pageBytes) - first;
    if (whole > 0) {
      memory.dontNeed(first, whole);
    }
  }

  /** A header for an extent that is in use; the lowest free one. */
  int takeHeader() {
    int header = freeHeaders.nextSetBit(0);
    if (header < 0) {
      header = headerCount++;
    } else {
      freeHeaders.clear(header);
    }
    writeHeader(header);
    return header;
  }

  void releaseHeader(int header) {
    freeHeaders.set(header);
    writeHeader(header);
  }

  void writeHeader(int header) {
    metadata.write(headers + (long) header * HEADER_BYTES, HEADER_BYTES);
  }

  /** Registers every page of a slab, so that its slab is found from a slot's address. */
  void own(long address, int pages, int slab) {
    int first = page(address);
    if (first + pages > owners.length) {
      owners = Arrays.copyOf(owners, Math.max(first + pages, 2 * owners.length));
    }
    Arrays.fill(owners, first, first + pages, slab);
    metadata.writeRange(
        leaves + (long) first * LEAF_ELEMENT_BYTES, (long) pages * LEAF_ELEMENT_BYTES);
  }

  /** The slab that was registered for a page. */
  int owner(long address) {
    return owners[page(address)];
  }

  /** Only the first and the last page of a large extent, and of a free one, are registered. */
  void writeBorders(long address, long bytes) {
    metadata.write(leaves + (long) page(address) * LEAF_ELEMENT_BYTES, LEAF_ELEMENT_BYTES);
    metadata.write(
        leaves + (long) page(address + bytes - 1) * LEAF_ELEMENT_BYTES, LEAF_ELEMENT_BYTES);
  }

  private int page(long address) {
    return (int) ((address - base) / PAGE);
  }
}
