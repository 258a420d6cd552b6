package io.forkscope.models.allocator;

/** Where the kernel puts mappings that hold one block each; lengths are in bytes, whole pages. */
public interface GlibcMappings {

  /** A new mapping; its first byte. Its header is written. */
  long map(long length);

  /** Whether a mapping begins at an address. */
  boolean holds(long start);

  /** Gives a mapping back. */
  void unmap(long start);

  /**
   * Changes the length of a mapping, as mremap does; its first byte then.
   *
   * @param usedBytes how much of it has been written
   */
  long remap(long start, long oldLength, long newLength, long usedBytes);
}
