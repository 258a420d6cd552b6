package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * The main arena of glibc's malloc over the brk heap: free chunks by size, best fit, a last
 * remainder, the top, and blocks of their own mapping above the mmap threshold. Chunks are {@code
 * max(32, (bytes + 8 + 15) & ~15)} bytes and begin 16 bytes before what the caller gets. Source:
 * glibc 2.36 malloc/malloc.c ({@code request2size}, {@code _int_malloc}, {@code sysmalloc}).
 *
 * <p>Assumes that a freed chunk is only joined with the top, not with free neighbours, and that
 * bins are last in, first out. Not thread-safe.
 */
public final class BrkHeap {

  /** {@code DEFAULT_MMAP_THRESHOLD} of glibc 2.36. */
  private static final long MMAP_THRESHOLD = 128 << 10;

  /** {@code DEFAULT_MMAP_THRESHOLD_MAX} of glibc 2.36 on 64 bits. */
  private static final long MMAP_THRESHOLD_MAX = 32L << 20;

  private static final int PAGE = 4096;
  private static final int CHUNK_HEADER = 16;
  private static final int LEAST_CHUNK = 32;

  /** Address space set aside for the brk heap, so that no block spans two regions. */
  private static final long RESERVED_BYTES = 64L << 30;

  private final ProcessMemory memory;
  private final TreeMap<Long, ArrayDeque<Long>> free;
  private long top;
  private final long end;
  private long remainder;
  private long remainderBytes;
  private long nextMapping;
  private long mmapThreshold = MMAP_THRESHOLD;

  /**
   * An empty heap.
   *
   * @param start first byte of the brk heap, a page boundary
   * @param mappings where the first mapping of a large block ends; later ones lie below it
   */
  public BrkHeap(ProcessMemory memory, long start, long mappings) {
    this.memory = memory;
    this.free = new TreeMap<>();
    this.top = start;
    this.end = start + RESERVED_BYTES;
    this.nextMapping = mappings;
    memory.map(Region.anonymous("[heap]", RegionKind.BRK_HEAP, start, RESERVED_BYTES));
  }

  private BrkHeap(BrkHeap parent, ProcessMemory memory) {
    this.memory = memory;
    this.free = new TreeMap<>();
    for (Map.Entry<Long, ArrayDeque<Long>> bin : parent.free.entrySet()) {
      free.put(bin.getKey(), new ArrayDeque<>(bin.getValue()));
    }
    this.top = parent.top;
    this.end = parent.end;
    this.remainder = parent.remainder;
    this.remainderBytes = parent.remainderBytes;
    this.nextMapping = parent.nextMapping;
    this.mmapThreshold = parent.mmapThreshold;
  }

  /** The same heap in a child. */
  public BrkHeap fork(ProcessMemory childMemory) {
    return new BrkHeap(this, childMemory);
  }

  /** The chunk that holds a request of {@code bytes}. */
  public static long chunkBytes(long bytes) {
    return Math.max(LEAST_CHUNK, (bytes + 8 + 15) & ~15L);
  }

  /** The bytes a caller may use of a request, {@code malloc_usable_size}. */
  public static long usableBytes(long bytes) {
    return chunkBytes(bytes) - 8;
  }

  /** Makes a range of the heap's past a free chunk; used to load a start image. */
  public void addHole(long chunkAddress, long chunkBytes) {
    free.computeIfAbsent(chunkBytes, k -> new ArrayDeque<>()).push(chunkAddress);
  }

  /** Moves the top, so that everything below counts as used; used to load a start image. */
  public void setTop(long address) {
    top = address;
    requireRoom(address);
  }

  /** First byte that no chunk has taken. */
  public long top() {
    return top;
  }

  /**
   * Takes a block and writes its chunk header.
   *
   * @param sink the cause of the header write
   * @return the address the caller gets
   */
  public long malloc(long bytes, WriteSink sink) {
    long chunk = chunkBytes(bytes);
    if (chunk >= mmapThreshold) {
      return mmap(bytes, sink);
    }
    long address = fromFree(chunk, sink);
    if (address == 0) {
      address = top;
      top += chunk;
      requireRoom(top + CHUNK_HEADER);
      sink.write(top, CHUNK_HEADER);
    }
    sink.write(address, CHUNK_HEADER);
    return address + CHUNK_HEADER;
  }

  /** Gives back a block of {@code bytes} as it was asked for. */
  public void free(long address, long bytes, WriteSink sink) {
    long chunk = chunkBytes(bytes);
    if (isMapping(address)) {
      long length = mappingBytes(bytes);
      memory.unmap(address - CHUNK_HEADER, length);
      // A freed mapping raises the threshold to its size: glibc 2.36 malloc.c, __libc_free.
      if (length > mmapThreshold && length <= MMAP_THRESHOLD_MAX) {
        mmapThreshold = length;
      }
      return;
    }
    long start = address - CHUNK_HEADER;
    sink.write(address, 16);
    if (start + chunk == top) {
      top = start;
    } else {
      addHole(start, chunk);
    }
  }

  private boolean isMapping(long address) {
    return address >= nextMapping;
  }

  private long fromFree(long chunk, WriteSink sink) {
    ArrayDeque<Long> exact = free.get(chunk);
    if (exact != null) {
      long address = exact.pop();
      if (exact.isEmpty()) {
        free.remove(chunk);
      }
      return address;
    }
    if (remainderBytes >= chunk + LEAST_CHUNK) {
      return split(remainder, remainderBytes, chunk, sink);
    }
    Map.Entry<Long, ArrayDeque<Long>> larger = free.higherEntry(chunk);
    if (larger == null) {
      return remainderBytes >= chunk ? takeRemainder() : 0;
    }
    long address = larger.getValue().pop();
    if (larger.getValue().isEmpty()) {
      free.remove(larger.getKey());
    }
    if (larger.getKey() - chunk < LEAST_CHUNK) {
      return address;
    }
    if (remainderBytes > 0) {
      addHole(remainder, remainderBytes);
    }
    return split(address, larger.getKey(), chunk, sink);
  }

  private long takeRemainder() {
    remainderBytes = 0;
    return remainder;
  }

  private long split(long address, long bytes, long chunk, WriteSink sink) {
    remainder = address + chunk;
    remainderBytes = bytes - chunk;
    sink.write(remainder, CHUNK_HEADER);
    return address;
  }

  private long mmap(long bytes, WriteSink sink) {
    long length = mappingBytes(bytes);
    nextMapping -= length;
    memory.map(Region.anonymous("malloc block", RegionKind.ANONYMOUS, nextMapping, length));
    sink.write(nextMapping, CHUNK_HEADER);
    return nextMapping + CHUNK_HEADER;
  }

  private static long mappingBytes(long bytes) {
    return (bytes + CHUNK_HEADER + PAGE - 1) & -PAGE;
  }

  private void requireRoom(long address) {
    if (address > end) {
      throw new IllegalStateException("the brk heap is modelled up to 64 GiB");
    }
  }
}
