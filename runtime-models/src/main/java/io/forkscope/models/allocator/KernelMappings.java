package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mappings of one block each where the kernel puts them: in the highest gap that holds one, at its
 * end. malloc writes the header of each. Source: Linux 6.18 mm ({@code unmapped_area_topdown}),
 * mm/mremap.c; glibc 2.36 malloc/malloc.c ({@code sysmalloc_mmap}, {@code mremap_chunk}).
 */
final class KernelMappings implements GlibcMappings {

  /** Chunk header before what the caller gets. */
  private static final int HEADER = 16;

  private final ProcessMemory memory;
  private final WriteSink taken;
  private final long end;
  private final long start;

  /** Bytes of each mapping, by its start. */
  private final TreeMap<Long, Long> mappings = new TreeMap<>();

  /**
   * No mappings yet.
   *
   * @param end where the first one ends; later ones lie below it
   * @param reserved bytes of address space below the end
   */
  KernelMappings(ProcessMemory memory, WriteSink taken, long end, long reserved) {
    this.memory = memory;
    this.taken = taken;
    this.end = end;
    this.start = end - reserved;
    memory.map(Region.anonymous("malloc blocks", RegionKind.ANONYMOUS, start, reserved));
  }

  /** The same mappings in a child. */
  KernelMappings(KernelMappings parent, ProcessMemory childMemory, WriteSink taken) {
    this.memory = childMemory;
    this.taken = taken;
    end = parent.end;
    start = parent.start;
    mappings.putAll(parent.mappings);
  }

  @Override
  public long map(long length) {
    long at = highestGap(length);
    mappings.put(at, length);
    taken.write(at, HEADER);
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
    mappings.put(moved, newLength);
    taken.writeRange(moved, HEADER + Math.max(1, usedBytes));
    return moved;
  }
}
