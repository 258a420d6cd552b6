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

  /** The bytes that a caller may use of a block, {@code malloc_usable_size}. */
  long usableBytes(long bytes);

  /** Whether {@code realloc} from one size to another keeps the block where it is. */
  boolean staysInPlace(long fromBytes, long toBytes);

  /** Gives pages that no block uses back to the kernel, as the allocator does in time. */
  void purge();

  /**
   * The same allocator in a child.
   *
   * @param memory the child's memory, forked from this one's
   */
  HeapAllocator fork(ProcessMemory memory);
}
