package io.forkscope.models.allocator;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.List;

/**
 * Chunks that were freed among others that stay, and that glibc has not sorted into its bins yet.
 *
 * <p>{@code free} puts a chunk of up to 128 bytes (DEFAULT_MXFAST) on a fast list, and others, with
 * the free neighbours that they are merged with, on the unsorted list. The next request of at least
 * 1024 bytes (MIN_LARGE_SIZE) merges all fast chunks and sorts all unsorted ones: it writes the
 * head of each. A request that is mapped in the end does so too, as bins come first. That may be
 * long after the free, in a child.
 *
 * <p>Source: malloc/malloc.c, glibc 2.36, _int_free, _int_malloc and malloc_consolidate. Requests
 * below 1024 bytes are assumed to be served without a look at the unsorted list. Not thread-safe.
 */
public final class GlibcFreed {

  /** The least request that consolidates and sorts: MIN_LARGE_SIZE. */
  public static final int LARGE_BYTES = 1024;

  private static final int MOST_FAST_BYTES = 128;

  /** Unsorted chunks that one request sorts, the oldest first: MAX_ITERS. */
  private static final int MOST_SORTED = 10_000;

  private static final int HEAD_BYTES = 2 * GlibcMalloc.HEADER_BYTES; // sizes, fd, bk

  private final List<BlockRun> waiting = new ArrayList<>();

  /** What a forked child inherits. */
  public GlibcFreed fork() {
    GlibcFreed child = new GlibcFreed();
    child.waiting.addAll(waiting);
    return child;
  }

  /** Notes blocks that were freed: large ones side by side are one chunk by then. */
  public void add(BlockRun blocks) {
    if (blocks.count() > 0) {
      boolean touch = blocks.slotStep() == 1 && blocks.lastSlot() < blocks.slotsPerPool();
      boolean merged = touch && blocks.blockBytes() > MOST_FAST_BYTES;
      waiting.add(merged ? blocks.part(0, 1, 1) : blocks);
    }
  }

  /** Whether nothing waits. */
  public boolean isSorted() {
    return waiting.isEmpty();
  }

  /** Writes the heads of what one request sorts, which then waits no more. */
  public void sort(WriteSink sink) {
    List<BlockRun> rest = new ArrayList<>();
    long left = MOST_SORTED;
    for (BlockRun blocks : waiting) {
      if (blocks.blockBytes() <= MOST_FAST_BYTES) {
        blocks.write(sink, -GlibcMalloc.HEADER_BYTES, HEAD_BYTES);
      } else if (waiting.stream().noneMatch(other -> follows(blocks, other))) {
        long sorted = Math.min(left, blocks.count());
        blocks.part(0, sorted, 1).write(sink, -GlibcMalloc.HEADER_BYTES, HEAD_BYTES);
        rest.add(blocks.part(sorted, blocks.count(), 1));
        left -= sorted;
      }
    }
    waiting.clear();
    rest.forEach(this::add);
  }

  /** Whether each block lies behind one of another run, with which free has merged it. */
  private static boolean follows(BlockRun blocks, BlockRun other) {
    return blocks.sharesSlotsWith(other) && blocks.firstSlot() == other.firstSlot() + 1;
  }
}
