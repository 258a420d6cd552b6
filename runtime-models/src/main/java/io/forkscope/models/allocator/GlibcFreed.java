package io.forkscope.models.allocator;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** First byte and end of the chunks that blocks side by side have become. */
  private final TreeMap<Long, Long> joined = new TreeMap<>();

  /** What a forked child inherits. */
  public GlibcFreed fork() {
    GlibcFreed child = new GlibcFreed();
    child.waiting.addAll(waiting);
    child.joined.putAll(joined);
    return child;
  }

  /** Notes blocks that were freed: large ones side by side are one chunk by then. */
  public void add(BlockRun blocks) {
    if (blocks.count() > 0) {
      if (isOneChunk(blocks)) {
        join(blocks.address(0), blocks.count() * blocks.blockBytes());
        waiting.add(blocks.part(0, 1, 1));
      } else {
        waiting.add(blocks);
      }
    }
  }

  private void join(long first, long bytes) {
    Long above = joined.remove(first + bytes);
    long end = above == null ? first + bytes : above;
    Map.Entry<Long, Long> below = joined.lowerEntry(first);
    joined.put(below != null && below.getValue() == first ? below.getKey() : first, end);
  }

  private static boolean isOneChunk(BlockRun blocks) {
    boolean touch = blocks.slotStep() == 1 && blocks.lastSlot() < blocks.slotsPerPool();
    return touch && blocks.blockBytes() > MOST_FAST_BYTES;
  }

  /** Writes so much of those chunks: what grows, and blocks that are taken, begin there. */
  public void fillJoined(WriteSink sink, long bytes) {
    long left = bytes;
    for (Map.Entry<Long, Long> chunk : joined.entrySet()) {
      long here = Math.min(left, chunk.getValue() - chunk.getKey());
      if (here > 0) {
        sink.writeRange(chunk.getKey(), here);
        left -= here;
      }
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
