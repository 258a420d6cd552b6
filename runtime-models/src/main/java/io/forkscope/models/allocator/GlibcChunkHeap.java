package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/** {@link GlibcHeap} chunk by chunk, as {@link GlibcArena} places them. */
final class GlibcChunkHeap implements GlibcHeap {

  private final Cause allocation;
  private final Cause deallocation;
  private final WriteSink taken;
  private final WriteSink freed;
  private final KernelMappings mappings;
  private final GlibcArena arena;
  private final long firstTop;

  GlibcChunkHeap(
      ProcessMemory memory,
      Cause allocation,
      Cause deallocation,
      long start,
      long usedBytes,
      long mappingsEnd) {
    this.allocation = allocation;
    this.deallocation = deallocation;
    taken = memory.sink(allocation);
    freed = memory.sink(deallocation);
    mappings = new KernelMappings(memory, taken, mappingsEnd, GlibcRunHeap.RESERVED_BYTES);
    arena = new GlibcArena(memory, start, mappingsEnd, mappings);
    firstTop = start + usedBytes;
    arena.loadTop(firstTop, GlibcRunHeap.firstEnd(start, firstTop));
  }

  private GlibcChunkHeap(GlibcChunkHeap parent, ProcessMemory childMemory) {
    allocation = parent.allocation;
    deallocation = parent.deallocation;
    taken = childMemory.sink(allocation);
    freed = childMemory.sink(deallocation);
    mappings = new KernelMappings(parent.mappings, childMemory, taken);
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
        GlibcHeap.super.allocateEach(bytes, 1, into);
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
