package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of glibc's malloc that have a mapping of their own, whichever thread asks for them, and
 * the thresholds that rise as they are freed. Source: glibc 2.36 malloc/malloc.c ({@code
 * sysmalloc_mmap}, {@code mremap_chunk}, {@code __libc_free}).
 */
final class GlibcMmapped {

  /** {@code DEFAULT_MMAP_THRESHOLD}, also the first trim threshold, and its maximum on 64 bits. */
  private static final long THRESHOLD = 128 << 10;

  private static final long THRESHOLD_MAX = 32L << 20;

  private static final int PAGE = 4096;
  private static final int HEADER = 16;

  private final ProcessMemory memory;

  /** Who places them; null if they only go down. */
  private final @Nullable GlibcMappings mappings;

  private final long end;
  private long next;
  private long threshold = THRESHOLD;
  private long trimThreshold = THRESHOLD;

  /**
   * No block.
   *
   * @param end where the first mapping ends; later ones lie below it
   */
  GlibcMmapped(ProcessMemory memory, long end, @Nullable GlibcMappings mappings) {
    this.memory = memory;
    this.mappings = mappings;
    this.end = end;
    this.next = end;
  }

  /** The same blocks in a child. */
  GlibcMmapped(GlibcMmapped parent, ProcessMemory memory, @Nullable GlibcMappings mappings) {
    this(memory, parent.end, mappings);
    next = parent.next;
    threshold = parent.threshold;
    trimThreshold = parent.trimThreshold;
  }

  /** The least chunk that gets a mapping. */
  long threshold() {
    return threshold;
  }

  /** The least top chunk that is cut. */
  long trimThreshold() {
    return trimThreshold;
  }

  void raiseThreshold(long bytes) {
    threshold = bytes;
    trimThreshold = 2 * bytes;
  }

  /** Maps a block of {@code bytes} as asked for; its chunk. */
  long map(long bytes, WriteSink sink) {
    long length = length(bytes);
    if (mappings != null) {
      return mappings.map(length);
    }
    next -= length;
    memory.map(Region.anonymous("malloc block", RegionKind.ANONYMOUS, next, length));
    sink.write(next, HEADER);
    return next;
  }

  boolean holds(long chunk) {
    return mappings != null ? mappings.holds(chunk) : chunk >= next && chunk < end;
  }

  /** Gives a block back, which raises both thresholds. */
  void unmap(long chunk, long bytes) {
    long length = length(bytes);
    if (mappings != null) {
      mappings.unmap(chunk);
    } else {
      memory.unmap(chunk, length);
    }
    if (length > threshold && length <= THRESHOLD_MAX) {
      raiseThreshold(length);
    }
  }

  /** Changes the size of a block, whose frames move with it; its chunk. */
  long remap(long chunk, long oldBytes, long newBytes, WriteSink sink) {
    long old = length(oldBytes);
    long wanted = length(newBytes);
    if (wanted == old) {
      return chunk;
    }
    if (mappings != null) {
      return mappings.remap(chunk, old, wanted, oldBytes);
    }
    memory.unmap(chunk, old);
    long moved = map(newBytes, sink);
    sink.writeRange(moved + HEADER, Math.min(oldBytes, newBytes));
    return moved;
  }

  private static long length(long bytes) {
    return (bytes + HEADER + PAGE - 1) & -PAGE; // nb + SIZE_SZ, rounded up to pages
  }
}
