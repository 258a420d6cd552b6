package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mappings of one block each where the kernel puts them: in the highest gap that holds one, at its
 * end. malloc writes the header of each. What others map between and below them is told by {@link
 * #wall}, and what they put into a gap by {@link #placeInGap}. Source: Linux 6.18 mm ({@code
 * unmapped_area_topdown}), mm/mremap.c; glibc 2.36 malloc/malloc.c ({@code sysmalloc_mmap}, {@code
 * mremap_chunk}).
 */
public final class KernelMappings implements GlibcMappings {

  /** Chunk header before what the caller gets. */
  private static final int HEADER = 16;

  private static final int PAGE = 4096;

  private final ProcessMemory memory;
  private final WriteSink taken;
  private final long end;
  private final long start;

  /** Bytes of each mapping, by its start. */
  private final TreeMap<Long, Long> mappings = new TreeMap<>();

  /** First byte of the lowest mapping there ever was: what lies above is mapped, or a gap. */
  private long lowest;

  private long wall;

  /** From where on no gap has room for what {@link #placeInGap} places. */
  private long full;

  /**
   * No mappings yet.
   *
   * @param end where the first one ends; later ones lie below it
   * @param reserved bytes of address space below the end
   */
  public KernelMappings(ProcessMemory memory, WriteSink taken, long end, long reserved) {
    this.memory = memory;
    this.taken = taken;
    this.end = end;
    this.start = end - reserved;
    this.lowest = end;
    this.full = end;
    memory.map(Region.anonymous("malloc blocks", RegionKind.ANONYMOUS, start, reserved));
  }

  /** The same mappings in a child. */
  public KernelMappings(KernelMappings parent, ProcessMemory childMemory, WriteSink taken) {
    this.memory = childMemory;
    this.taken = taken;
    end = parent.end;
    start = parent.start;
    lowest = parent.lowest;
    wall = parent.wall;
    full = parent.full;
    mappings.putAll(parent.mappings);
  }

  @Override
  public long map(long length) {
    long at = highestGap(length);
    put(at, length);
    taken.write(at, HEADER);
    return at;
  }

  private void put(long at, long length) {
    mappings.put(at, length);
    lowest = Math.min(lowest, at);
  }

  /** Something else was mapped below all that is mapped: gaps above and below it do not join. */
  public void wall() {
    if (lowest != wall) {
      wall = lowest - PAGE;
      put(wall, PAGE);
    }
  }

  /**
   * Maps so many bytes on a boundary of as many in a gap, by a mapping of twice as many whose ends
   * are given back; 0 if no gap has room.
   *
   * @param bytes a power of two, always the same
   */
  public long placeInGap(long bytes) {
    long gapEnd = full;
    for (Map.Entry<Long, Long> mapping : mappings.headMap(full, false).descendingMap().entrySet()) {
      if (gapEnd - mapping.getKey() - mapping.getValue() >= 2 * bytes) {
        break;
      }
      gapEnd = mapping.getKey();
    }
    if (gapEnd - 2 * bytes < lowest) {
      full = lowest;
      return 0;
    }
    long at = gapEnd - Math.floorMod(gapEnd, bytes) - bytes;
    full = at;
    mappings.put(at, bytes);
    return at;
  }

  private long highestGap(long length) {
    long gapEnd = end;
    for (Map.Entry<Long, Long> mapping : mappings.descendingMap().entrySet()) {
      if (gapEnd - mapping.getKey() - mapping.getValue() >= length) {
        break;
      }
      gapEnd = mapping.getKey();
    }
    if (gapEnd - length < start) {
      throw new IllegalArgumentException(
          "the scenario needs more mappings than an address space holds");
    }
    return gapEnd - length;
  }

  @Override
  public boolean holds(long mapping) {
    return mappings.containsKey(mapping);
  }

  @Override
  public void unmap(long mapping) {
    Long bytes = mappings.remove(mapping);
    if (bytes != null) {
      full = end;
      memory.dontNeed(mapping, bytes);
    }
  }

  /** Grows in place where there is room above; else its frames move, and nothing is copied. */
  @Override
  public long remap(long mapping, long oldLength, long newLength, long usedBytes) {
    if (newLength <= oldLength) {
      if (newLength < oldLength) {
        memory.dontNeed(mapping + newLength, oldLength - newLength);
        mappings.put(mapping, newLength);
        full = end;
      }
      return mapping;
    }
    Long above = mappings.higherKey(mapping);
    taken.write(mapping, HEADER);
    if ((above == null ? end : above) - mapping >= newLength) {
      mappings.put(mapping, newLength);
      return mapping;
    }
    long moved = highestGap(newLength);
    unmap(mapping);
    put(moved, newLength);
    taken.writeRange(moved, HEADER + Math.max(1, usedBytes));
    return moved;
  }
}
