package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayDeque;

/**
 * The memory of an arena that is not the main one: heaps of up to 64 MiB, of which only the last
 * grows, page by page, and goes when nothing in it is taken. What is left of a heap that cannot
 * grow any more becomes free, but for a fencepost at its end. Source: glibc 2.36 malloc/arena.c
 * ({@code new_heap}, {@code grow_heap}, {@code heap_trim}, {@code _int_new_arena}), malloc/malloc.c
 * ({@code sysmalloc}).
 *
 * <p>Assumes that heaps lie in a row; the kernel places each where it finds room.
 */
final class GlibcThreadHeaps extends GlibcTop {

  /** {@code HEAP_MAX_SIZE}. */
  private static final long MOST_BYTES = 64L << 20;

  /** {@code sizeof(heap_info)} and {@code sizeof(struct malloc_state)}. */
  private static final int INFO_BYTES = 48;

  private static final int STATE_BYTES = 2200;

  /** A heap that does not grow any more. */
  private record Full(long end, long fencepost) {}

  private final long first;
  private final ArrayDeque<Full> full = new ArrayDeque<>();
  private long heap;

  /**
   * An arena's first heap, in which its own state comes first.
   *
   * @param first where it starts, on a boundary of 64 MiB
   * @param bytes the request it is made for
   */
  GlibcThreadHeaps(ProcessMemory memory, long first, long bytes, WriteSink sink) {
    super(memory);
    this.first = first;
    open(first, INFO_BYTES + STATE_BYTES + HEADER + bytes, sink);
    at = (first + INFO_BYTES + STATE_BYTES + HEADER - 1) & -HEADER;
    sink.writeRange(first, at + HEADER - first);
  }

  private void open(long start, long bytes, WriteSink sink) {
    heap = start;
    at = start + INFO_BYTES;
    end = start + Math.min(pages(bytes + PAD), MOST_BYTES);
    memory.map(Region.anonymous("malloc heap", RegionKind.ANONYMOUS, start, MOST_BYTES));
    sink.write(start, INFO_BYTES + HEADER);
  }

  @Override
  boolean holds(long address) {
    return address >= first && address < heap + MOST_BYTES;
  }

  @Override
  void grow(long nb, GlibcArena arena, WriteSink sink) {
    long more = pages(nb + LEAST - (end - at));
    if (end + more <= heap + MOST_BYTES) {
      end += more;
      return;
    }
    long old = at;
    long rest = end - at - LEAST;
    full.push(new Full(end, rest < LEAST ? old : old + rest));
    sink.write(old, HEADER);
    sink.write(old + rest, LEAST);
    open(heap + MOST_BYTES, nb + LEAST + INFO_BYTES, sink);
    if (rest >= LEAST) {
      arena.freeChunk(old, rest, sink);
    }
  }

  /** Goes back to the heap before, too, where the last one is empty. */
  @Override
  void trim(long threshold, GlibcFreeChunks free, WriteSink sink) {
    while (at == heap + INFO_BYTES) {
      Full before = full.element();
      int below = free.endingAt(before.fencepost());
      long start = below < 0 ? before.fencepost() : free.at(below);
      if (heap - start < PAD + LEAST + PAGE) { // heap: where the one before might grow to
        break;
      }
      memory.unmap(heap, MOST_BYTES);
      heap -= MOST_BYTES;
      at = start;
      end = full.pop().end();
      if (below >= 0) {
        free.unlink(below, sink);
      }
      sink.write(at, HEADER);
    }
    super.trim(threshold, free, sink);
  }
}
