package io.forkscope.core.model;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.WriteSink;

/**
 * The memory of one simulated process as a runtime model sees it. The first write to a page that is
 * not resident makes it resident; a write to a page that is shared since a fork is a COW break.
 */
public interface ProcessMemory {

  /**
   * Maps a region.
   *
   * @throws IllegalArgumentException if it overlaps one that is there
   */
  void map(Region region);

  /**
   * Removes the mappings of {@code [address, address + bytes)}, both multiples of the page size; a
   * region may be cut.
   */
  void unmap(long address, long bytes);

  /** Gives the pages of a range back to the kernel but keeps the mapping (MADV_DONTNEED). */
  void dontNeed(long address, long bytes);

  /** The sink of one cause; the same object each time it is asked for. */
  WriteSink sink(Cause cause);
}
