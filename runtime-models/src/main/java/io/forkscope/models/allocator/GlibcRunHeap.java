package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * {@link GlibcHeap} by the run: equal or alternating blocks are placed together, so that ten
 * million cost no more than a few hundred.
 *
 * <p>Assumes that tcache and fastbins of one size act as one list, last in, first out, and that the
 * chunks of a run freed together are not joined with free neighbours outside of it.
 */
final class GlibcRunHeap extends GlibcHeap {

  /** {@code DEFAULT_MMAP_THRESHOLD} and {@code DEFAULT_MMAP_THRESHOLD_MAX} of 64 bits. */
  private static final long MMAP_THRESHOLD = 128 << 10;

  private static final long MMAP_THRESHOLD_MAX = 32L << 20;

  /** {@code DEFAULT_TOP_PAD}. */
  private static final long TOP_PAD = 128 << 10;

  /** {@code DEFAULT_TRIM_THRESHOLD}. */
  private static final long TRIM_THRESHOLD = 128 << 10;

  /** {@code FASTBIN_CONSOLIDATION_THRESHOLD}. */
  private static final long CONSOLIDATION_BYTES = 64 << 10;

  /** The least request that first joins what lies in fastbins: {@code in_smallbin_range}. */
  private static final int LEAST_LARGE_CHUNK = 1024;

  /** Chunk header before what the caller gets. */
  private static final int HEADER = 16;

  /** Fewer blocks than this are freed one by one. */
  private static final int RUN = 16;

  private final ProcessMemory memory;
  private final GlibcBins bins;

  private final long limit;
  private long top;
  private long brkEnd;
  private long mmapThreshold = MMAP_THRESHOLD;
  private long trimThreshold = TRIM_THRESHOLD;

  GlibcRunHeap(
      ProcessMemory memory,
      Cause allocation,
      Cause deallocation,
      long start,
      long usedBytes,
      long mappingsEnd) {
    super(memory, allocation, deallocation, mappingsEnd);
    this.memory = memory;
    this.bins = new GlibcBins();
    this.top = start + usedBytes;
    this.limit = start + RESERVED_BYTES;
    this.brkEnd = firstEnd(start, top);
    memory.map(Region.anonymous("[heap]", RegionKind.BRK_HEAP, start, RESERVED_BYTES));
  }

  private GlibcRunHeap(GlibcRunHeap parent, ProcessMemory childMemory) {
    super(parent, childMemory);
    memory = childMemory;
    bins = new GlibcBins(parent.bins);
    limit = parent.limit;
    top = parent.top;
    brkEnd = parent.brkEnd;
    mmapThreshold = parent.mmapThreshold;
    trimThreshold = parent.trimThreshold;
  }

  @Override
  public GlibcHeap fork(ProcessMemory childMemory) {
    return new GlibcRunHeap(this, childMemory);
  }

  @Override
  public void loadEnd(long end) {
    brkEnd = end;
  }

  @Override
  public void loadCached(long chunk, long chunkBytes) {
    bins.pushQuick(chunk, chunkBytes, 1, 1);
  }

  @Override
  public void loadFree(long chunk, long chunkBytes) {
    bins.insert(chunk, chunkBytes);
  }

  @Override
  public boolean isChunkByChunk() {
    return false;
  }

  @Override
  public long allocate(long bytes) {
    return HEADER + takeChunk(chunkBytes(bytes), bytes);
  }

  private long takeChunk(long chunk, long bytes) {
    FreeSlots list = bins.listFor(chunk);
    long at = list == null ? 0 : list.take(1);
    if (at == 0 && chunk >= LEAST_LARGE_CHUNK) {
      consolidate();
    }
    if (at == 0) {
      at = carve(chunk);
    }
    boolean asksSystem = at == 0 && top + chunk + LEAST_CHUNK > brkEnd;
    if (asksSystem && bins.holdsFast()) {
      consolidate(); // _int_malloc, use_top: before sysmalloc, what is in fastbins
      at = carve(chunk);
      asksSystem = at == 0 && top + chunk + LEAST_CHUNK > brkEnd;
    }
    if (asksSystem && chunk >= mmapThreshold) {
      return map(bytes);
    }
    if (at == 0) {
      at = raise(chunk, 1);
    }
    taken.write(at, HEADER);
    return at;
  }

  /** The best fit among joined chunks, cut to size; 0 if there is none. */
  private long carve(long chunk) {
    bins.offerApart(chunk);
    long found = bins.bestFit(chunk);
    if (found == 0) {
      return 0;
    }
    long held = bins.remove(found);
    if (held - chunk >= LEAST_CHUNK) {
      bins.insert(found + chunk, held - chunk);
      taken.write(found + chunk, HEADER + 16); // size, and the links of the bin
    }
    return found;
  }

  /** Takes {@code count} chunks from the top. */
  private long raise(long chunk, long count) {
    long start = top;
    long bytes = Math.multiplyExact(chunk, count);
    top = Math.addExact(top, bytes);
    if (top > limit - LEAST_CHUNK) {
      throw new IllegalArgumentException(
          "the scenario needs a larger heap than an address space holds");
    }
    while (top + LEAST_CHUNK > brkEnd) {
      // sysmalloc is asked when what is left does not hold the next chunk
      long reached = start + (brkEnd - LEAST_CHUNK - start) / chunk * chunk;
      brkEnd = up(Math.max(reached, start) + chunk + TOP_PAD + LEAST_CHUNK, PAGE);
    }
    taken.write(top, HEADER);
    return start;
  }

  private long map(long bytes) {
    return mappings.map(mappingBytes(bytes));
  }

  private static long mappingBytes(long bytes) {
    return up(bytes + HEADER + 8, PAGE); // sysmalloc_mmap: nb + SIZE_SZ
  }

  private boolean isMapping(long address) {
    return mappings.holds(address - HEADER);
  }

  @Override
  public long allocateZeroed(long bytes) {
    return allocate(bytes);
  }

  @Override
  public void free(long address, long bytes) {
    if (isMapping(address)) {
      long length = mappingBytes(bytes);
      mappings.unmap(address - HEADER);
      if (length > mmapThreshold && length <= MMAP_THRESHOLD_MAX) {
        mmapThreshold = length; // __libc_free: a freed mapping raises both thresholds
        trimThreshold = 2 * length;
      }
      return;
    }
    freeChunk(address - HEADER, chunkBytes(bytes));
  }

  private void freeChunk(long at, long chunk) {
    freed.write(at + HEADER, 16);
    if (bins.keepsQuick(chunk)) {
      bins.pushQuick(at, chunk, chunk, 1);
      return;
    }
    join(at, chunk);
  }

  /** Joins a chunk with its free neighbours or the top, as {@code _int_free} does. */
  private void join(long at, long chunk) {
    long start = at;
    long end = at + chunk;
    long below = bins.endingAt(at);
    if (below != 0) {
      bins.remove(below);
      start = below;
    }
    long above = bins.remove(end);
    end += above;
    if (end == top) {
      top = start;
    } else {
      bins.insert(start, end - start);
      freed.write(end, HEADER); // prev_size and PREV_INUSE of the next chunk
    }
    freed.write(start, HEADER + 16);
    if (end - start >= CONSOLIDATION_BYTES) {
      consolidate();
      trim();
    }
  }

  /** {@code malloc_consolidate}: what lies in fastbins is joined, and linked into other bins. */
  private void consolidate() {
    bins.drainFast(
        (first, stride, count) -> freed.writeStrided(first, stride, count, HEADER + 16),
        (first, stride, count) -> freed.writeStrided(first, stride, count, HEADER), // set_foot
        (first, stride, count) -> {
          // a run of chunks that touch is one free chunk
          long low = Math.min(first, first + (count - 1) * stride);
          join(low, Math.abs(stride) * count);
        });
  }

  private void trim() {
    long topBytes = brkEnd - top;
    if (topBytes < trimThreshold) {
      return;
    }
    long extra = (topBytes - LEAST_CHUNK - 1 - TOP_PAD) / PAGE * PAGE; // systrim
    if (extra > 0) {
      brkEnd -= extra;
      memory.dontNeed(brkEnd, extra);
      freed.write(top, HEADER);
    }
  }

  @Override
  public long reallocate(long address, long oldBytes, long newBytes, long usedBytes) {
    if (isMapping(address)) {
      return remap(address, oldBytes, newBytes, usedBytes);
    }
    long at = address - HEADER;
    long old = chunkBytes(oldBytes);
    long wanted = chunkBytes(newBytes);
    if (wanted <= old) {
      if (old - wanted >= LEAST_CHUNK) {
        taken.write(at + wanted, HEADER);
        freeChunk(at + wanted, old - wanted);
      }
      return address;
    }
    if (at + old == top && growsAtTop(wanted, old)) {
      raise(wanted - old, 1);
      taken.write(at, HEADER);
      return address;
    }
    long above = bins.bytesAt(at + old);
    if (above > 0 && old + above >= wanted) {
      bins.remove(at + old);
      if (old + above - wanted >= LEAST_CHUNK) {
        bins.insert(at + wanted, old + above - wanted);
        taken.write(at + wanted, HEADER + 16);
      }
      taken.write(at, HEADER);
      return address;
    }
    long moved = allocate(newBytes);
    taken.writeRange(moved, Math.max(1, Math.min(usedBytes, oldBytes)));
    freeChunk(at, old);
    return moved;
  }

  /**
   * Whether a chunk below the top grows in place: there is room, or malloc, asked for a new chunk,
   * gets the one behind it from a larger heap.
   */
  private boolean growsAtTop(long wanted, long old) {
    if (top + wanted - old + LEAST_CHUNK <= brkEnd) {
      return true;
    }
    if (wanted >= LEAST_LARGE_CHUNK) {
      consolidate();
    }
    return wanted < mmapThreshold && bins.bestFit(wanted) == 0;
  }

  /**
   * {@code mremap_chunk}: a mapping grows in place where there is room above it; else its frames
   * move with it, so that nothing is copied.
   */
  private long remap(long address, long oldBytes, long newBytes, long usedBytes) {
    return HEADER
        + mappings.remap(
            address - HEADER,
            mappingBytes(oldBytes),
            mappingBytes(newBytes),
            Math.min(usedBytes, oldBytes));
  }

  @Override
  public void allocateEach(long[] bytes, long count, BlockRuns[] into) {
    long left = count;
    while (left > 0) {
      long batch = batch(bytes, left);
      if (batch > 1) {
        takeBatch(bytes, batch, into);
        left -= batch;
      } else {
        super.allocateEach(bytes, 1, into);
        left--;
      }
    }
  }

  /** How many rounds can be taken from one place and from runs; less than 2 if none can. */
  private long batch(long[] bytes, long left) {
    long batch = left;
    long stride = 0;
    long largest = 0;
    long source = -1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        continue;
      }
      long chunk = chunkBytes(bytes[i]);
      FreeSlots list = bins.listFor(chunk);
      if (list != null) {
        if (sharesList(bytes, i, list)) {
          return 1;
        }
        batch = Math.min(batch, list.topCount());
      } else {
        bins.offerApart(chunk);
        long place = chunk >= mmapThreshold ? -2 : bins.bestFit(chunk);
        if (place == -2
            || (chunk >= LEAST_LARGE_CHUNK && bins.holdsFast())
            || (source >= 0 && source != place)) {
          return 1;
        }
        source = place;
        stride += chunk;
        largest = Math.max(largest, chunk);
      }
    }
    if (source == 0 && bins.holdsFast()) {
      return Math.min(batch, (brkEnd - LEAST_CHUNK - top) / stride);
    }
    return source <= 0
        ? batch
        : Math.min(batch, (bins.bytesAt(source) - LEAST_CHUNK - largest) / stride);
  }

  /** Whether two sizes of a round draw from one list. */
  private boolean sharesList(long[] bytes, int one, FreeSlots list) {
    for (int k = 0; k < bytes.length; k++) {
      if (k != one && bytes[k] > 0 && bins.listFor(chunkBytes(bytes[k])) == list) {
        return true;
      }
    }
    return false;
  }

  private void takeBatch(long[] bytes, long count, BlockRuns[] into) {
    long stride = 0;
    long source = 0;
    for (long one : bytes) {
      if (one > 0 && bins.listFor(chunkBytes(one)) == null) {
        stride += chunkBytes(one);
        source = bins.bestFit(chunkBytes(one));
      }
    }
    long at = 0;
    if (source > 0) {
      at = source;
      long held = bins.remove(source);
      bins.insert(source + stride * count, held - stride * count);
    } else if (stride > 0) {
      at = raise(stride, count);
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        continue;
      }
      long chunk = chunkBytes(bytes[i]);
      FreeSlots list = bins.listFor(chunk);
      if (list != null) {
        long step = list.topStride();
        into[i].add(list.take(count) + HEADER, step, count);
      } else {
        taken.writeStrided(at, stride, count, HEADER);
        into[i].add(at + HEADER, stride, count);
        at += chunk;
      }
    }
  }

  @Override
  public void freeEach(BlockRuns blocks, long from, long to, long bytes, boolean lastFirst) {
    long chunk = chunkBytes(bytes);
    List<long[]> runs = new ArrayList<>();
    blocks.forEachRun(
        from, to, (first, stride, count) -> runs.add(new long[] {first, stride, count}));
    if (lastFirst) {
      Collections.reverse(runs);
    }
    for (long[] run : runs) {
      freeRun(run[0], run[1], run[2], bytes, chunk, lastFirst);
    }
  }

  private void freeRun(
      long first, long stride, long count, long bytes, long chunk, boolean lastFirst) {
    boolean oneByOne = count < RUN || isMapping(first);
    // the tcache keeps the first few of a larger size, which are then not joined
    if (oneByOne || (chunk > GlibcBins.LARGEST_FAST && bins.keepsQuick(chunk))) {
      free(lastFirst ? first + (count - 1) * stride : first, bytes);
      if (count > 1) {
        freeRun(lastFirst ? first : first + stride, stride, count - 1, bytes, chunk, lastFirst);
      }
      return;
    }
    long last = first + (count - 1) * stride;
    freed.writeStrided(Math.min(first, last), Math.abs(stride), count, 16);
    if (chunk > GlibcBins.LARGEST_FAST && Math.abs(stride) == chunk) {
      join(Math.min(first, last) - HEADER, chunk * count);
    } else if (lastFirst) {
      bins.pushQuick(first - HEADER, chunk, stride, count);
    } else {
      bins.pushQuick(last - HEADER, chunk, -stride, count);
    }
  }

  private static long up(long bytes, long unit) {
    return (bytes + unit - 1) / unit * unit;
  }
}
