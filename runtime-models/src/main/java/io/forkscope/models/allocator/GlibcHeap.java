package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/**
 * The main arena of glibc's malloc for programs that take many small blocks and grow large ones by
 * realloc: freed chunks by size, joined chunks by best fit, the top and its trimming, and mappings
 * of their own above a threshold that rises.
 *
 * <p>Source: glibc 2.36 malloc/malloc.c ({@code request2size}, {@code _int_malloc}, {@code
 * _int_free}, {@code malloc_consolidate}, {@code sysmalloc}, {@code systrim}, {@code
 * mremap_chunk}).
 *
 * <p>Assumes one thread. Not thread-safe.
 */
public abstract class GlibcHeap {

  /** Address space set aside for the brk heap, so that no block spans two regions. */
  static final long RESERVED_BYTES = 1L << 40;

  static final long PAGE = 4096;
  static final int LEAST_CHUNK = GlibcBins.LEAST_CHUNK;

  /** What the first small request gets from the kernel: a page, and {@code DEFAULT_TOP_PAD}. */
  private static final long FIRST_BRK_BYTES = PAGE + (128 << 10);

  final WriteSink taken;
  final WriteSink freed;
  final KernelMappings mappings;
  private final Cause allocation;
  private final Cause deallocation;

  GlibcHeap(ProcessMemory memory, Cause allocation, Cause deallocation, long mappingsEnd) {
    this.allocation = allocation;
    this.deallocation = deallocation;
    taken = memory.sink(allocation);
    freed = memory.sink(deallocation);
    mappings = new KernelMappings(memory, taken, mappingsEnd, RESERVED_BYTES);
  }

  GlibcHeap(GlibcHeap parent, ProcessMemory childMemory) {
    allocation = parent.allocation;
    deallocation = parent.deallocation;
    taken = childMemory.sink(allocation);
    freed = childMemory.sink(deallocation);
    mappings = new KernelMappings(parent.mappings, childMemory, taken);
  }

  /**
   * A heap that an interpreter has used up to an address.
   *
   * @param start first byte of the brk heap, a page boundary
   * @param usedBytes how much of it is taken when the model begins
   * @param mappingsEnd where the first mapping of a large block ends; later ones lie below it
   * @param chunkByChunk whether {@link GlibcArena} places the blocks, one by one: true to malloc,
   *     and slow where there are millions; otherwise they are placed by the run
   */
  public static GlibcHeap of(
      ProcessMemory memory,
      Cause allocation,
      Cause deallocation,
      long start,
      long usedBytes,
      long mappingsEnd,
      boolean chunkByChunk) {
    return chunkByChunk
        ? new GlibcChunkHeap(memory, allocation, deallocation, start, usedBytes, mappingsEnd)
        : new GlibcRunHeap(memory, allocation, deallocation, start, usedBytes, mappingsEnd);
  }

  /** The same heap in a child. */
  public abstract GlibcHeap fork(ProcessMemory childMemory);

  /** The chunk that holds a request of {@code bytes}. */
  public static long chunkBytes(long bytes) {
    return Math.max(LEAST_CHUNK, (bytes + 8 + 15) & ~15L);
  }

  /** Tells up to where the kernel had given memory when the model began. */
  public abstract void loadEnd(long end);

  /** Tells of a free chunk in the tcache; the one that is taken first comes last. */
  public abstract void loadCached(long chunk, long chunkBytes);

  /** Tells of a free chunk in a bin that was there when the model began. */
  public abstract void loadFree(long chunk, long chunkBytes);

  /** Whether blocks are placed one by one, so that the order of calls counts. */
  public abstract boolean isChunkByChunk();

  /** Takes one block; the address that the caller gets. */
  public abstract long allocate(long bytes);

  /** A block by {@code calloc}, which takes nothing from the tcache. */
  public abstract long allocateZeroed(long bytes);

  /** Gives a block back. */
  public abstract void free(long address, long bytes);

  /**
   * Changes the size of a block; the address it then has.
   *
   * @param usedBytes how much of it is copied if it moves
   */
  public abstract long reallocate(long address, long oldBytes, long newBytes, long usedBytes);

  /**
   * Takes {@code count} times one block of each size, in turn.
   *
   * @param bytes the sizes; 0 takes no block
   * @param into appended the addresses, one list a size
   */
  public void allocateEach(long[] bytes, long count, BlockRuns[] into) {
    for (long round = 0; round < count; round++) {
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] > 0) {
          into[i].add(allocate(bytes[i]), chunkBytes(bytes[i]), 1);
        }
      }
    }
  }

  /** Gives the blocks {@code [from, to)} of one size back, in their order or from the last on. */
  public abstract void freeEach(
      BlockRuns blocks, long from, long to, long bytes, boolean lastFirst);

  /** Up to where the kernel has given memory once the heap is used up to {@code top}. */
  static long firstEnd(long start, long top) {
    return Math.max(start + FIRST_BRK_BYTES, (top + LEAST_CHUNK + PAGE - 1) / PAGE * PAGE);
  }
}
