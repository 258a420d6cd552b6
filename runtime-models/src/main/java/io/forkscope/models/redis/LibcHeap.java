package io.forkscope.models.redis;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcArena;
import io.forkscope.models.allocator.HeapAllocator;

/** A server built with {@code MALLOC=libc}: glibc's malloc in place of jemalloc. */
final class LibcHeap implements HeapAllocator {

  private static final long BRK = 0x5555_6000_0000L;

  /** Half of PROTO_REPLY_CHUNK_BYTES. */
  private static final int REPLY_BUFFER = 8 << 10;

  private final GlibcArena heap;
  private final WriteSink sink;

  LibcHeap(ProcessMemory memory) {
    this(new GlibcArena(memory, BRK, RedisStart.HEAP + RedisStart.HEAP_BYTES), memory);
  }

  private LibcHeap(GlibcArena heap, ProcessMemory memory) {
    this.heap = heap;
    this.sink = memory.sink(RedisCauses.ALLOCATOR);
  }

  @Override
  public long allocate(long bytes) {
    return heap.malloc(bytes, sink);
  }

  @Override
  public void free(long address, long bytes) {
    heap.free(address, bytes, sink);
  }

  @Override
  public long usableBytes(long bytes) {
    return GlibcArena.usableBytes(bytes);
  }

  @Override
  public boolean staysInPlace(long fromBytes, long toBytes) {
    return GlibcArena.chunkBytes(fromBytes) == GlibcArena.chunkBytes(toBytes);
  }

  @Override
  public long reallocate(long address, long fromBytes, long toBytes) {
    return heap.realloc(address, fromBytes, toBytes, sink);
  }

  /**
   * glibc gives back nothing, but sorts what was freed, and joins it, for a large request. Assumes
   * that of the server's cron, a smaller reply buffer for its client (Redis 7.0.15 src/server.c,
   * clientsCronResizeOutputBuffer); measured is that it is done: SETs among deleted keys break
   * 1,236 pages, 1,257 with it and 1,527 without.
   */
  @Override
  public void purge() {
    free(allocate(REPLY_BUFFER), REPLY_BUFFER);
  }

  @Override
  public HeapAllocator fork(ProcessMemory memory) {
    return new LibcHeap(heap.fork(memory), memory);
  }
}
