package io.forkscope.models.allocator;

import java.util.Arrays;

/**
 * A thread's cache of glibc's malloc: up to seven free chunks of each size, the newest first.
 * Source: glibc 2.36 malloc/malloc.c ({@code tcache_put}, {@code tcache_get}, {@code
 * TCACHE_FILL_COUNT}, {@code tcache_max_bytes}).
 */
final class GlibcTcache {

  /** {@code tcache_max_bytes} as a chunk. */
  private static final int LARGEST = 1040;

  /** {@code sizeof(tcache_perthread_struct)}. */
  static final int BYTES = 640;

  private static final int STEP = 16;

  /** Of a thread that has none yet. */
  static final GlibcTcache NONE = new GlibcTcache(0, 0);

  private final ChunkStack[] bins = new ChunkStack[LARGEST / STEP + 1];
  private final long address;
  private final int most;

  /**
   * An empty cache.
   *
   * @param address where its counts and lists lie
   */
  GlibcTcache(long address) {
    this(address, 7);
  }

  private GlibcTcache(long address, int most) {
    this.address = address;
    this.most = most;
    Arrays.setAll(bins, i -> new ChunkStack());
  }

  /** The same cache in a child. */
  GlibcTcache(GlibcTcache parent) {
    address = parent.address;
    most = parent.most;
    Arrays.setAll(bins, i -> new ChunkStack(parent.bins[i]));
  }

  long address() {
    return address;
  }

  /** Whether a request for a chunk of so many bytes is served. */
  boolean holds(long bytes) {
    return bytes <= LARGEST && bin(bytes).size() > 0;
  }

  /** Whether a freed chunk of so many bytes is kept. */
  boolean hasRoom(long bytes) {
    return bytes <= LARGEST && bin(bytes).size() < most;
  }

  void push(long bytes, long chunk) {
    bin(bytes).push(chunk);
  }

  /** The newest chunk of so many bytes; there must be one. */
  long pop(long bytes) {
    return bin(bytes).pop();
  }

  private ChunkStack bin(long bytes) {
    return bins[(int) (bytes / STEP)];
  }
}
