package io.forkscope.models.allocator;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/**
 * The chunk at the end of an arena's memory, from which a block is cut that no free chunk serves,
 * and how that memory grows and shrinks: by brk, or by heaps. Source: glibc 2.36 malloc/malloc.c
 * ({@code sysmalloc}, {@code systrim}), malloc/arena.c ({@code heap_trim}).
 */
abstract class GlibcTop {

  /** {@code DEFAULT_TOP_PAD}. */
  static final long PAD = 128 << 10;

  static final int PAGE = 4096;
  static final int HEADER = 16;

  /** {@code MINSIZE}. */
  static final int LEAST = 32;

  final ProcessMemory memory;

  /** Its first byte. */
  long at;

  /** Where the memory ends, and the chunk with it. */
  long end;

  GlibcTop(ProcessMemory memory) {
    this.memory = memory;
  }

  /** Whether a chunk of {@code nb} bytes can be cut from it. */
  final boolean serves(long nb) {
    return end - at >= nb + LEAST;
  }

  /** Whether an address lies in the arena's memory. */
  abstract boolean holds(long address);

  /** Makes room for a chunk of {@code nb} bytes, as far as there is any. */
  abstract void grow(long nb, GlibcArena arena, WriteSink sink);

  /** Gives back what is too much, once a chunk of some size was freed. */
  void trim(long threshold, GlibcFreeChunks free, WriteSink sink) {
    long bytes = end - at;
    if (bytes < threshold || bytes - LEAST - 1 <= PAD) {
      return;
    }
    long extra = (bytes - LEAST - 1 - PAD) & -PAGE;
    if (extra > 0) {
      end -= extra;
      memory.dontNeed(end, extra);
      sink.write(at, HEADER);
    }
  }

  static long pages(long bytes) {
    return (bytes + PAGE - 1) & -PAGE;
  }
}
