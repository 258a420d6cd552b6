package io.forkscope.models.allocator;

import io.forkscope.core.memory.PageSize;
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

  /** Blocks among others that stay, which requests of their size take again. */
  private final List<BlockRun> holes = new ArrayList<>();

  /** First byte and end of the chunks that blocks side by side have become. */
  private final TreeMap<Long, Long> joined = new TreeMap<>();

  /** Chunks in bins, which later requests that fit take before the heap's top. */
  private final List<BlockRun> sorted = new ArrayList<>();

  /** What a forked child inherits. */
  public GlibcFreed fork() {
    GlibcFreed child = new GlibcFreed();
    child.waiting.addAll(waiting);
    child.holes.addAll(holes);
    child.joined.putAll(joined);
    child.sorted.addAll(sorted);
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
        holes.add(blocks);
      }
    }
  }

  /** The same of runs that take turns: if each block is of one of them, they are one chunk too. */
  public void addAll(List<BlockRun> turns) {
    BlockRun first = turns.get(0);
    if (turns.size() > 1 && turns.size() == first.slotStep()) {
      long blocks = turns.stream().mapToLong(BlockRun::count).sum();
      add(first.dense(first.firstSlot(), blocks));
    } else {
      turns.forEach(this::add);
    }
  }

  /** Writes up to so many blocks among others, as requests of their size do: neighbours in turn. */
  public void takeHoles(WriteSink sink, long blockBytes, long count) {
    List<BlockRun> equal = new ArrayList<>(holes);
    equal.removeIf(blocks -> blocks.blockBytes() != blockBytes);
    long left = count;
    for (List<BlockRun> turns : BlockRun.turns(equal)) {
      long share = (left + turns.size() - 1) / turns.size();
      for (BlockRun blocks : turns) {
        long here = Math.min(Math.min(share, left), blocks.count());
        blocks.part(0, here, 1).write(sink, 0, blocks.blockBytes() - GlibcMalloc.HEADER_BYTES);
        left -= here;
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
  public void takeJoined(WriteSink sink, long bytes) {
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
        long most = Math.min(left, blocks.count());
        BlockRun now = blocks.part(0, most, 1);
        now.write(sink, -GlibcMalloc.HEADER_BYTES, HEAD_BYTES);
        sorted.add(now);
        rest.add(blocks.part(most, blocks.count(), 1));
        left -= most;
      }
    }
    waiting.clear();
    rest.forEach(this::add);
  }

  /**
   * Takes sorted chunks for requests that would take so many pages at the heap's top: chunks lie
   * apart, and are taken page by page. Assumes that as many pages serve them.
   */
  public void takeSorted(WriteSink sink, int pages) {
    int left = pages;
    while (left > 0 && !sorted.isEmpty()) {
      BlockRun blocks = sorted.remove(0);
      long page = -1;
      long next = 0;
      for (; next < blocks.count() && left > 0; next++) {
        long address = blocks.address(next);
        if (address / PageSize.BASE_BYTES != page) {
          page = address / PageSize.BASE_BYTES;
          sink.write(address, Long.BYTES);
          left--;
        }
      }
      if (next < blocks.count()) {
        sorted.add(0, blocks.part(next, blocks.count(), 1));
      }
    }
  }

  /** Whether each block lies behind one of another run, with which free has merged it. */
  private static boolean follows(BlockRun blocks, BlockRun other) {
    return blocks.sharesSlotsWith(other) && blocks.firstSlot() == other.firstSlot() + 1;
  }
}
