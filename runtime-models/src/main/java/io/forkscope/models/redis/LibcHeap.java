package io.forkscope.models.redis;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcArena;
import io.forkscope.models.allocator.HeapAllocator;

/** A server built with {@code MALLOC=libc}: glibc's malloc in place of jemalloc. */
final class LibcHeap implements HeapAllocator {

  private static final long BRK = 0x5555_6000_0000L;

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

  /** Nothing: glibc trims the top only, and gives mappings back as they are freed. */
  @Override
  public void purge() {}

  @Override
  public HeapAllocator fork(ProcessMemory memory) {
    return new LibcHeap(heap.fork(memory), memory);
  }
}
