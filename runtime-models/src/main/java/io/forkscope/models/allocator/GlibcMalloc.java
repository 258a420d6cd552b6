package io.forkscope.models.allocator;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/**
 * glibc's malloc for blocks that pymalloc does not serve: chunks at the top of the brk heap, and
 * mappings of their own from the mmap threshold on.
 *
 * <p>A block that grows by realloc moves through the heap until it passes the threshold; what it
 * leaves there stays free at the top and is written again by the next block that grows. Other free
 * chunks are not kept: the interpreter's own are part of its measured baseline.
 *
 * <p>Source: malloc/malloc.c, glibc 2.36: MINSIZE 32, MALLOC_ALIGNMENT 16, DEFAULT_MMAP_THRESHOLD
 * 128 KiB, raised to the size of each mapping that is freed, up to DEFAULT_MMAP_THRESHOLD_MAX 32
 * MiB. Not thread-safe.
 */
public final class GlibcMalloc {

  /** Bytes that a mapping of its own loses to its chunk header. */
  public static final int HEADER_BYTES = 16;

  /** DEFAULT_TOP_PAD: what the heap's extension takes more than was asked for. */
  public static final long TOP_PAD = 128 << 10;

  private static final long FIRST_THRESHOLD = 128 << 10;
  private static final long LARGEST_THRESHOLD = 32L << 20;

  private static final int PAGE = PageSize.BASE_BYTES;

  private final long heapEnd;

  /** What realloc may still extend a block by at the top of the heap, past the threshold. */
  private long growthSlack;

  private long top;
  private long freeTopBytes;

  /** Whether what is free there is a chunk of its own below the top: only what fits it takes it. */
  private boolean isHole;

  private long nextMapping;
  private long threshold = FIRST_THRESHOLD;

  /**
   * A block.
   *
   * @param address first byte after the chunk header
   * @param bytes of the request
   * @param mapped whether it is a mapping of its own
   */
  public record Block(long address, long bytes, boolean mapped) {
    /** First byte of the mapping; meaningful for mapped blocks only. */
    long mappingStart() {
      return address - HEADER_BYTES;
    }

    long mappingBytes() {
      return roundUp(bytes + HEADER_BYTES, PAGE);
    }
  }

  /**
   * A heap without chunks. All of its address space is mapped, so that no block spans two regions;
   * only what is written becomes resident.
   *
   * @param heapStart where its first chunk will lie, a page boundary
   * @param heapEnd the address that the heap may not pass
   * @param mappingStart where the first block with a mapping of its own will lie, a page boundary
   * @param growthSlack bytes past the threshold up to which realloc extends a block at the top of
   *     the heap before it maps it: what the last extension of the heap left over there, 0 to
   *     DEFAULT_TOP_PAD (128 KiB) and as much again where freed blocks below the top join it
   */
  public GlibcMalloc(
      ProcessMemory memory, long heapStart, long heapEnd, long mappingStart, long growthSlack) {
    memory.map(Region.anonymous("[heap]", RegionKind.BRK_HEAP, heapStart, heapEnd - heapStart));
    this.heapEnd = heapEnd;
    this.growthSlack = growthSlack;
    this.top = heapStart;
    this.nextMapping = mappingStart;
  }

  private GlibcMalloc(GlibcMalloc other) {
    heapEnd = other.heapEnd;
    growthSlack = other.growthSlack;
    top = other.top;
    nextMapping = other.nextMapping;
    freeTopBytes = other.freeTopBytes;
    isHole = other.isHole;
    threshold = other.threshold;
  }

  /** The allocator's state as a forked child has it. */
  public GlibcMalloc fork() {
    return new GlibcMalloc(this);
  }

  /** Bytes of the chunk that serves a request. */
  public static long chunkBytes(long bytes) {
    return Math.max(32, roundUp(bytes + 8, 16)); // request2size, glibc 2.36 malloc/malloc.c
  }

  /**
   * Takes equal chunks, one after the other, from the top of the heap. Chunk headers are written
   * here; the caller writes what it puts into the blocks.
   */
  public BlockRun allocate(WriteSink sink, long bytes, long count) {
    long chunk = chunkBytes(bytes);
    long start = raise(Math.multiplyExact(chunk, count));
    BlockRun run =
        new BlockRun(
            start,
            Math.max(1, chunk * count),
            HEADER_BYTES,
            Math.toIntExact(chunk),
            Math.max(1, count),
            0,
            1,
            count);
    if (count > 0) {
      run.write(sink, -HEADER_BYTES, HEADER_BYTES);
    }
    return run;
  }

  /** Takes room for chunks that the caller lays out and writes; the address of the first. */
  public long extend(long bytes) {
    return raise(bytes);
  }

  /** Takes one block, with a mapping of its own if it reaches the threshold. */
  public Block allocate(ProcessMemory memory, WriteSink sink, long bytes) {
    if (maps(bytes)) {
      return map(memory, sink, bytes);
    }
    if (isHole && chunkBytes(bytes) > freeTopBytes) {
      raise(freeTopBytes);
    }
    return new Block(allocate(sink, bytes, 1).address(0), bytes, false);
  }

  /** Whether {@link #grow} gives a block of so many bytes a mapping of its own. */
  public boolean mapsGrown(long bytes) {
    return bytes >= threshold + growthSlack;
  }

  /**
   * Takes one block that grew to its size by realloc from nothing. Past the threshold it has
   * written and left the top of the heap up to the threshold's size.
   *
   * @param refilled whether other blocks have taken the room that it left, and so lie behind it
   */
  public Block grow(ProcessMemory memory, WriteSink sink, long bytes, boolean refilled) {
    boolean mapped = refilled ? maps(bytes) : mapsGrown(bytes);
    if (!mapped) {
      growthSlack = Math.max(0, growthSlack - bytes);
      return new Block(allocate(sink, bytes, 1).address(0), bytes, false);
    }
    if (refilled) {
      return map(memory, sink, bytes);
    }
    leaveTop(sink);
    return map(memory, sink, bytes);
  }

  /** Whether a block of so many bytes gets a mapping of its own at once. */
  public boolean maps(long bytes) {
    return bytes >= threshold;
  }

  /** Notes that smaller tables, one after the other, have grown to the threshold and were freed. */
  public void leaveTop(WriteSink sink) {
    leaveTop(sink, threshold);
    growthSlack = 0; // systrim leaves DEFAULT_TOP_PAD, which is as large as the first threshold
  }

  /** Notes that so many bytes at the top were taken and freed; less than the threshold. */
  public void leaveTop(WriteSink sink, long bytes) {
    if (bytes > 0) {
      sink.writeRange(raise(bytes), bytes);
      top -= bytes;
      freeTopBytes = Math.max(freeTopBytes, bytes);
      isHole = false;
    }
  }

  /**
   * Notes that a block which grew had to move on and left so many bytes below the top.
   *
   * @param besides whether it has grown past the threshold behind them, and left that at the top
   */
  public void leaveHole(WriteSink sink, long bytes, boolean besides) {
    long left = besides ? freeTopBytes : 0;
    freeTopBytes = 0;
    leaveTop(sink, left + bytes);
    isHole = !besides;
  }

  /** Writes the free bytes at the top that a block which grew has left, as small blocks do. */
  public void reuseTop(WriteSink sink) {
    if (freeTopBytes > 0) {
      sink.writeRange(top, freeTopBytes);
    }
  }

  /** The same, up to so many pages; says how many it wrote. */
  public int reuseTop(WriteSink sink, int pages) {
    long bytes = Math.min(freeTopBytes, (long) pages * PAGE);
    if (bytes > 0) {
      sink.writeRange(top, bytes);
    }
    return Math.toIntExact(bytes / PAGE);
  }

  /** Takes free bytes at the top that a block which grew has left, up to so many pages. */
  public void takeTop(int pages) {
    raise(Math.min(freeTopBytes, (long) pages * PAGE));
  }

  /** Gives a mapped block back to the kernel; a block in the heap stays as it is. */
  public void release(ProcessMemory memory, WriteSink sink, Block block) {
    if (!block.mapped()) {
      sink.write(block.address(), Long.BYTES * 2); // fd and bk of a free chunk
      return;
    }
    memory.unmap(block.mappingStart(), block.mappingBytes());
    if (block.mappingBytes() > threshold && block.mappingBytes() <= LARGEST_THRESHOLD) {
      threshold = block.mappingBytes(); // dynamic threshold: free(), glibc 2.36
    }
  }

  /**
   * Grows a mapped block as mremap does, which moves it: mappings are placed from the top down, so
   * that another one lies behind it. Its pages are given back at their old addresses.
   */
  public Block move(ProcessMemory memory, WriteSink sink, Block block, long bytes) {
    memory.unmap(block.mappingStart(), block.mappingBytes());
    return map(memory, sink, bytes);
  }

  /** Cuts a mapped block to {@code bytes} and gives the pages after it back, as mremap does. */
  public Block shrink(ProcessMemory memory, Block block, long bytes) {
    if (!block.mapped() || bytes >= block.bytes()) {
      return block;
    }
    Block smaller = new Block(block.address(), bytes, true);
    long cut = block.mappingBytes() - smaller.mappingBytes();
    if (cut > 0) {
      memory.unmap(smaller.mappingStart() + smaller.mappingBytes(), cut);
    }
    return smaller;
  }

  /** Takes a mapping, whatever the threshold. */
  public Block map(ProcessMemory memory, WriteSink sink, long bytes) {
    Block block = new Block(nextMapping + HEADER_BYTES, bytes, true);
    memory.map(
        Region.anonymous(
            "malloc mapping", RegionKind.ANONYMOUS, nextMapping, block.mappingBytes()));
    sink.write(nextMapping, HEADER_BYTES);
    nextMapping += block.mappingBytes() + PAGE;
    return block;
  }

  /** Moves the top of the heap up and returns where it was. */
  private long raise(long bytes) {
    long start = top;
    long end = Math.addExact(top, bytes);
    if (end > heapEnd) {
      throw new IllegalArgumentException(
          "the scenario needs a larger heap than an address space holds");
    }
    top = end;
    freeTopBytes = Math.max(0, freeTopBytes - bytes);
    return start;
  }

  private static long roundUp(long bytes, long unit) {
    return (bytes + unit - 1) / unit * unit;
  }
}
