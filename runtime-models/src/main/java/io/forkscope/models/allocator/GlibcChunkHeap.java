package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.ProcessMemory;

/** {@link GlibcHeap} chunk by chunk, as {@link GlibcArena} places them. */
final class GlibcChunkHeap extends GlibcHeap {

  private final GlibcArena arena;
  private final long firstTop;

  GlibcChunkHeap(
      ProcessMemory memory,
      Cause allocation,
      Cause deallocation,
      long start,
      long usedBytes,
      long mappingsEnd) {
    super(memory, allocation, deallocation, mappingsEnd);
    arena = new GlibcArena(memory, start, mappingsEnd, mappings);
    firstTop = start + usedBytes;
    arena.loadTop(firstTop, firstEnd(start, firstTop));
  }

  private GlibcChunkHeap(GlibcChunkHeap parent, ProcessMemory childMemory) {
    super(parent, childMemory);
    arena = parent.arena.fork(childMemory, mappings);
    firstTop = parent.firstTop;
  }

  @Override
  public GlibcHeap fork(ProcessMemory childMemory) {
    return new GlibcChunkHeap(this, childMemory);
  }

  @Override
  public void loadEnd(long end) {
    arena.loadTop(firstTop, end);
  }

  @Override
  public void loadCached(long chunk, long chunkBytes) {
    arena.loadCached(chunk, chunkBytes);
  }

  @Override
  public void loadFree(long chunk, long chunkBytes) {
    arena.loadBinned(chunk, chunkBytes, false);
  }

  @Override
  public boolean isChunkByChunk() {
    return true;
  }

  @Override
  public long allocate(long bytes) {
    return arena.malloc(bytes, taken);
  }

  @Override
  public long allocateZeroed(long bytes) {
    return arena.calloc(bytes, taken);
  }

  @Override
  public void free(long address, long bytes) {
    arena.free(address, bytes, freed);
  }

  @Override
  public long reallocate(long address, long oldBytes, long newBytes, long usedBytes) {
    return arena.realloc(address, oldBytes, newBytes, taken);
  }

  @Override
  public void allocateEach(long[] bytes, long count, BlockRuns[] into) {
    for (long left = count; left > 0; ) {
      long rounds = arena.mallocEach(bytes, left, into, taken);
      if (rounds == 0) {
        super.allocateEach(bytes, 1, into);
        rounds = 1;
      }
      left -= rounds;
    }
  }

  @Override
  public void freeEach(BlockRuns blocks, long from, long to, long bytes, boolean lastFirst) {
    for (long i = from; i < to; i++) {
      free(blocks.address(lastFirst ? to - 1 - (i - from) : i), bytes);
    }
  }
}
