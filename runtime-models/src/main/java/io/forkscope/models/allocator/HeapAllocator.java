package io.forkscope.models.allocator;

import io.forkscope.core.model.ProcessMemory;

/**
 * A C allocator as its caller sees it: malloc and free, block by block. What it writes of its own
 * goes through sinks bound to its own causes; the caller writes what it puts into blocks. Not
 * thread-safe.
 */
public interface HeapAllocator {

  /**
   * Takes a block.
   *
   * @param bytes as asked for, at least 1
   * @return its first byte
   */
  long allocate(long bytes);

  /**
   * Gives a block back.
   *
   * @param bytes as it was asked for
   */
  void free(long address, long bytes);

  /**
   * Serves rounds of the same requests together, as far as that changes nothing but caches of free
   * blocks. Each round takes the passing blocks, then those that are kept, and gives the passing
   * ones back in the opposite order, so that the next round takes them again.
   *
   * @param passing bytes of each block that a round gives back
   * @param kept bytes of each block that it keeps
   * @param most rounds
   * @param into gets the addresses: a column for each block that is kept
   * @param from where the first round's lie in the columns
   * @return how many rounds were served; 0 if the next has to be taken block by block
   */
  default int allocateRounds(int[] passing, int[] kept, int most, long[][] into, int from) {
    return 0;
  }

  /** The bytes that a caller may use of a block, {@code malloc_usable_size}. */
  long usableBytes(long bytes);

  /** Whether {@code realloc} from one size to another keeps the block where it is. */
  boolean staysInPlace(long fromBytes, long toBytes);

  /**
   * {@code realloc}. What a block held that moved is written by the caller.
   *
   * @param fromBytes as it was asked for
   * @return its first byte now
   */
  default long reallocate(long address, long fromBytes, long toBytes) {
    if (staysInPlace(fromBytes, toBytes)) {
      return address;
    }
    long moved = allocate(toBytes);
    free(address, fromBytes);
    return moved;
  }

  /** What comes in time while no block is taken: pages that none uses go back to the kernel. */
  void purge();

  /**
   * The same allocator in a child.
   *
   * @param memory the child's memory, forked from this one's
   */
  HeapAllocator fork(ProcessMemory memory);
}
