package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/**
 * The Zend memory manager of PHP 8.2: small blocks in bins with last-in first-out free lists, large
 * blocks of whole pages in 2 MiB chunks, huge ones mapped by themselves.
 *
 * <p>Allocating a run of a bin links all its slots and so writes all its pages; taking a slot reads
 * it only; freeing one writes its first word. Source: PHP 8.2 Zend/zend_alloc.c,
 * zend_alloc_sizes.h. Addresses are modelled, page counts are those of the real manager.
 */
public final class ZendMemory {

  /** The largest block that lives in a chunk: ZEND_MM_MAX_LARGE_SIZE. */
  private static final long LARGEST_LARGE = ZendChunks.CHUNK - ZendChunks.PAGE;

  private final ZendChunks chunks;
  private final ProcessMemory memory;
  private final WriteSink allocating;
  private final WriteSink freeing;
  private final FreeSlots[] free = new FreeSlots[ZendBins.count()];

  /**
   * An empty manager with its main chunk.
   *
   * @param memory of the process
   * @param allocation cause of linking runs and of the page maps
   * @param freeing cause of the words written into freed slots
   */
  public ZendMemory(ProcessMemory memory, Cause allocation, Cause freeing) {
    this.memory = memory;
    this.allocating = memory.sink(allocation);
    this.freeing = memory.sink(freeing);
    this.chunks = new ZendChunks(memory, allocating);
    for (int bin = 0; bin < free.length; bin++) {
      free[bin] = new FreeSlots();
    }
  }

  /** The manager of a forked process, with the causes of the other. */
  public ZendMemory(ZendMemory other, ProcessMemory memory, Cause allocation, Cause freeing) {
    this.memory = memory;
    this.allocating = memory.sink(allocation);
    this.freeing = memory.sink(freeing);
    this.chunks = new ZendChunks(other.chunks, memory, allocating);
    for (int bin = 0; bin < free.length; bin++) {
      free[bin] = new FreeSlots(other.free[bin]);
    }
  }

  /**
   * Takes fixed pages of the main chunk, as they are after the interpreter's start.
   *
   * @param resident how many of them, from the first on, have been written
   */
  public void reserve(int page, int pages, int resident) {
    chunks.reserve(page, pages);
    touch(page, resident);
  }

  /** The address of a page of the main chunk. */
  public static long mainChunkPage(int page) {
    return ZendChunks.MAIN + (long) page * ZendChunks.PAGE;
  }

  /** Writes pages of the main chunk that stay free. */
  public void touch(int page, int pages) {
    allocating.writeRange(mainChunkPage(page), (long) pages * ZendChunks.PAGE);
  }

  /** Adopts the last {@code freeSlots} slots of a reserved run of a bin as its free list. */
  public void adoptRun(int page, int slotBytes, int freeSlots) {
    int bin = ZendBins.of(slotBytes);
    long base = mainChunkPage(page);
    long used = ZendBins.slots(bin) - (long) freeSlots;
    free[bin].push(base + used * slotBytes, slotBytes, freeSlots);
  }

  /** Whether a block of so many bytes comes from a bin. */
  public static boolean isSmall(long bytes) {
    return bytes <= ZendBins.LARGEST;
  }

  /** Whether two small blocks come from the same bin. */
  public static boolean sameBin(long bytes, long others) {
    return ZendBins.of(bytes) == ZendBins.of(others);
  }

  /** Allocates one block; what its owner writes into it is the owner's to write. */
  public long allocate(long bytes) {
    if (bytes <= ZendBins.LARGEST) {
      int bin = ZendBins.of(bytes);
      fill(bin);
      return free[bin].take(1);
    }
    return bytes <= LARGEST_LARGE ? chunks.allocate(pages(bytes)) : chunks.mapHuge(whole(bytes));
  }

  /** Frees a block of {@link #allocate}. */
  public void free(long address, long bytes) {
    if (bytes <= ZendBins.LARGEST) {
      int bin = ZendBins.of(bytes);
      freeing.write(address, 8);
      free[bin].pushOne(address);
    } else if (bytes <= LARGEST_LARGE) {
      chunks.free(address, pages(bytes));
    } else {
      chunks.unmapHuge(address, whole(bytes));
    }
  }

  /**
   * Resizes a block, in place where the manager would, and copies its old bytes where it would.
   *
   * @param usedBytes bytes that a move copies
   * @return the block's address now
   */
  public long reallocate(
      long address, long oldBytes, long newBytes, long usedBytes, Cause copying) {
    boolean wasLarge = oldBytes > ZendBins.LARGEST && oldBytes <= LARGEST_LARGE;
    if (wasLarge && newBytes <= LARGEST_LARGE && newBytes > ZendBins.LARGEST) {
      if (pages(newBytes) == pages(oldBytes)
          || chunks.extend(address, pages(oldBytes), pages(newBytes))) {
        return address;
      }
    } else if (newBytes <= ZendBins.LARGEST && ZendBins.of(newBytes) == ZendBins.of(oldBytes)) {
      return address;
    }
    if (oldBytes > LARGEST_LARGE
        && newBytes > LARGEST_LARGE
        && chunks.extendHuge(address, whole(oldBytes), whole(newBytes), usedBytes, copying)) {
      return address;
    }
    long moved = allocate(newBytes);
    if (usedBytes > 0) {
      memory.sink(copying).writeRange(moved, usedBytes);
    }
    free(address, oldBytes);
    return moved;
  }

  /**
   * Allocates {@code iterations} times one block of each of {@code sizes}, in this order, and
   * appends the blocks of each size to the runs of the same index. Small blocks are placed by the
   * run, larger ones one by one.
   */
  public void allocateEach(int[] sizes, long iterations, BlockRuns[] into) {
    if (sizes.length == 0) {
      return;
    }
    int[] bins = new int[sizes.length];
    int[] ranks = new int[sizes.length];
    int[] perBin = new int[ZendBins.count()];
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] > ZendBins.LARGEST) {
        singly(sizes, iterations, into);
        return;
      }
      bins[i] = ZendBins.of(sizes[i]);
      ranks[i] = perBin[bins[i]]++;
    }
    for (long left = iterations; left > 0; ) {
      long together = left;
      for (int bin : bins) {
        fill(bin);
        together = Math.min(together, free[bin].topCount() / perBin[bin]);
      }
      if (together == 0) {
        one(bins, into);
        left--;
      } else {
        many(bins, ranks, perBin, together, into);
        left -= together;
      }
    }
  }

  private void singly(int[] sizes, long iterations, BlockRuns[] into) {
    for (long done = 0; done < iterations; done++) {
      for (int i = 0; i < sizes.length; i++) {
        into[i].add(allocate(sizes[i]), 0, 1);
      }
    }
  }

  private void one(int[] bins, BlockRuns[] into) {
    for (int i = 0; i < bins.length; i++) {
      fill(bins[i]);
      into[i].add(free[bins[i]].take(1), ZendBins.slotBytes(bins[i]), 1);
    }
  }

  private void many(int[] bins, int[] ranks, int[] perBin, long iterations, BlockRuns[] into) {
    for (int i = 0; i < bins.length; i++) {
      FreeSlots slots = free[bins[i]];
      long stride = slots.topStride();
      into[i].add(slots.topFirst() + ranks[i] * stride, stride * perBin[bins[i]], iterations);
    }
    for (int i = 0; i < bins.length; i++) {
      if (ranks[i] == 0) {
        free[bins[i]].take(iterations * perBin[bins[i]]);
      }
    }
  }

  /** Frees blocks of one size in order; the last small one freed is the next to be taken. */
  public void freeEach(BlockRuns blocks, int bytes) {
    if (bytes > ZendBins.LARGEST) {
      for (long i = 0; i < blocks.count(); i++) {
        free(blocks.address(i), bytes);
      }
      return;
    }
    int bin = ZendBins.of(bytes);
    blocks.write(freeing, 8);
    blocks.forEachRun(
        0,
        blocks.count(),
        (first, stride, count) ->
            free[bin].push(
                first + (count - 1) * stride,
                stride == 0 ? ZendBins.slotBytes(bin) : -stride,
                count));
  }

  private void fill(int bin) {
    if (free[bin].topCount() == 0) {
      int bytes = ZendBins.slotBytes(bin);
      long run = chunks.allocate(ZendBins.pages(bin));
      allocating.writeStrided(run, bytes, ZendBins.slots(bin), 8);
      free[bin].push(run, bytes, ZendBins.slots(bin));
    }
  }

  private static int pages(long bytes) {
    return Math.toIntExact((bytes + ZendChunks.PAGE - 1) / ZendChunks.PAGE);
  }

  private static long whole(long bytes) {
    return (bytes + ZendChunks.PAGE - 1) / ZendChunks.PAGE * ZendChunks.PAGE;
  }
}
