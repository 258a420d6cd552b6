package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The main arena of glibc's malloc, chunk by chunk: tcache, fastbins, the unsorted list, small and
 * large bins, the last remainder, the top, trimming, and mappings of their own above a threshold
 * that rises. It takes the same decisions in the same order as glibc, and writes the same headers,
 * links and footers. Source: glibc 2.36 malloc/malloc.c ({@code _int_malloc}, {@code _int_free},
 * {@code malloc_consolidate}, {@code sysmalloc}, {@code systrim}, {@code _int_realloc}, {@code
 * tcache_put}).
 *
 * <p>Assumes one thread. Allocations of the same size that come from the top cost the same few
 * steps each. Not thread-safe.
 */
public final class GlibcArena {

  /** {@code DEFAULT_MMAP_THRESHOLD} and {@code DEFAULT_MMAP_THRESHOLD_MAX} on 64 bits. */
  private static final long MMAP_THRESHOLD = 128 << 10;

  private static final long MMAP_THRESHOLD_MAX = 32L << 20;

  /** {@code DEFAULT_TOP_PAD} and {@code DEFAULT_TRIM_THRESHOLD}. */
  private static final long TOP_PAD = 128 << 10;

  /** {@code FASTBIN_CONSOLIDATION_THRESHOLD}. */
  private static final long CONSOLIDATION_BYTES = 64 << 10;

  private static final int PAGE = 4096;
  private static final int HEADER = 16;
  private static final int LEAST = 32;

  /** {@code global_max_fast}: chunks of up to 128 bytes. */
  private static final int LARGEST_FAST = 128;

  /** {@code MAX_ITERS} of the unsorted list. */
  private static final int UNSORTED_STEPS = 10_000;

  /** Address space set aside for the brk heap, so that no block spans two regions. */
  private static final long RESERVED_BYTES = 64L << 30;

  private final ProcessMemory memory;
  private final long start;
  private final long end;
  private final long mappingsEnd;

  /** Who places mappings of single blocks; null if they only go down. */
  private final @Nullable GlibcMappings mappings;

  private final GlibcFreeChunks free;
  private final GlibcTcache tcache;
  private final ChunkStack[] fast = new ChunkStack[LARGEST_FAST / 16 + 1];
  private final LongTable oversized;
  private long fastChunks;
  private long top;
  private long brkEnd;
  private long nextMapping;
  private long mmapThreshold = MMAP_THRESHOLD;
  private long trimThreshold = MMAP_THRESHOLD;

  /**
   * An empty arena.
   *
   * @param start first byte of the brk heap, a page boundary
   * @param mappingsEnd where the first mapping of a large block ends; later ones lie below it
   */
  public GlibcArena(ProcessMemory memory, long start, long mappingsEnd) {
    this(memory, start, mappingsEnd, null);
  }

  /** An empty arena whose large blocks have mappings where {@code mappings} puts them. */
  public GlibcArena(
      ProcessMemory memory, long start, long mappingsEnd, @Nullable GlibcMappings mappings) {
    this.memory = memory;
    this.mappings = mappings;
    this.start = start;
    this.end = start + RESERVED_BYTES;
    this.mappingsEnd = mappingsEnd;
    this.nextMapping = mappingsEnd;
    this.free = new GlibcFreeChunks(start);
    this.tcache = new GlibcTcache();
    this.oversized = new LongTable(16);
    this.top = start;
    this.brkEnd = start;
    Arrays.setAll(fast, i -> new ChunkStack());
    memory.map(Region.anonymous("[heap]", RegionKind.BRK_HEAP, start, RESERVED_BYTES));
  }

  private GlibcArena(GlibcArena parent, ProcessMemory memory, @Nullable GlibcMappings mappings) {
    this.memory = memory;
    this.mappings = mappings;
    this.start = parent.start;
    this.end = parent.end;
    this.mappingsEnd = parent.mappingsEnd;
    this.nextMapping = parent.nextMapping;
    this.free = new GlibcFreeChunks(parent.free);
    this.tcache = new GlibcTcache(parent.tcache);
    this.oversized = new LongTable(parent.oversized);
    this.top = parent.top;
    this.brkEnd = parent.brkEnd;
    this.fastChunks = parent.fastChunks;
    this.mmapThreshold = parent.mmapThreshold;
    this.trimThreshold = parent.trimThreshold;
    Arrays.setAll(fast, i -> new ChunkStack(parent.fast[i]));
  }

  /** The same arena in a child. */
  public GlibcArena fork(ProcessMemory childMemory) {
    return new GlibcArena(this, childMemory, null);
  }

  /** The same arena in a child, with that child's mappings. */
  public GlibcArena fork(ProcessMemory childMemory, GlibcMappings childMappings) {
    return new GlibcArena(this, childMemory, childMappings);
  }

  /** The chunk that holds a request of {@code bytes}: {@code request2size}. */
  public static long chunkBytes(long bytes) {
    return Math.max(LEAST, (bytes + 8 + 15) & ~15L);
  }

  /** The bytes a caller may use of a request, {@code malloc_usable_size}. */
  public static long usableBytes(long bytes) {
    return chunkBytes(bytes) - 8;
  }

  /** Loads the top of an arena in use; everything below that is not free is taken. */
  public void loadTop(long topChunk, long end) {
    top = topChunk;
    brkEnd = end;
  }

  /** Loads a chunk of the tcache; the one that is taken first comes last. */
  public void loadCached(long chunk, long bytes) {
    tcache.push(bytes, chunk);
  }

  /** Loads a chunk of a fastbin; the one that is taken first comes last. */
  public void loadFast(long chunk, long bytes) {
    fast[(int) (bytes / 16)].push(chunk);
    fastChunks++;
  }

  /** Loads a chunk of a bin at its back, or of the unsorted list. */
  public void loadBinned(long chunk, long bytes, boolean unsorted) {
    free.append(chunk, bytes, unsorted);
  }

  /**
   * Loads the threshold that mappings freed earlier have raised; the trim threshold is twice it.
   */
  public void loadMmapThreshold(long bytes) {
    mmapThreshold = bytes;
    trimThreshold = 2 * bytes;
  }

  /** Loads a block of {@code bytes} that has a mapping of its own; its address. */
  public long loadMapping(long bytes, WriteSink sink) {
    return map(bytes, sink) + HEADER;
  }

  /** First byte of the top chunk. */
  public long top() {
    return top;
  }

  /** {@code malloc}: the address the caller gets; its header and links are written. */
  public long malloc(long bytes, WriteSink sink) {
    long nb = chunkBytes(bytes);
    if (tcache.holds(nb)) {
      sink.write(start, HEADER);
      long at = tcache.pop(nb);
      sink.write(at + HEADER, HEADER);
      return at + HEADER;
    }
    return internalMalloc(nb, bytes, sink) + HEADER;
  }

  /** {@code calloc}: it does not take from the tcache. */
  public long calloc(long bytes, WriteSink sink) {
    return internalMalloc(chunkBytes(bytes), bytes, sink) + HEADER;
  }

  private long internalMalloc(long nb, long bytes, WriteSink sink) {
    if (nb <= LARGEST_FAST) {
      ChunkStack bin = fast[(int) (nb / 16)];
      if (bin.size() > 0) {
        return takeFast(bin, nb, sink);
      }
    }
    if (GlibcFreeChunks.isSmall(nb)) {
      int victim = free.last(GlibcFreeChunks.bin(nb));
      if (victim >= 0) {
        return takeSmall(victim, nb, sink);
      }
    } else if (fastChunks > 0) {
      consolidate(sink);
    }
    while (true) {
      long at = fromUnsorted(nb, sink);
      if (at != 0) {
        return at;
      }
      int fit = free.bestFit(nb);
      if (fit >= 0) {
        return carve(fit, nb, sink);
      }
      if (brkEnd - top >= nb + LEAST) {
        return fromTop(nb, sink);
      }
      if (fastChunks == 0) {
        return systemMalloc(nb, bytes, sink);
      }
      consolidate(sink);
    }
  }

  private long takeFast(ChunkStack bin, long nb, WriteSink sink) {
    long at = bin.pop();
    fastChunks--;
    while (bin.size() > 0 && tcache.hasRoom(nb)) {
      cache(nb, bin.pop(), sink);
      fastChunks--;
    }
    sink.write(at, HEADER);
    return at;
  }

  private long takeSmall(int victim, long nb, WriteSink sink) {
    long at = free.at(victim);
    take(victim, sink);
    int bin = GlibcFreeChunks.bin(nb);
    while (tcache.hasRoom(nb)) {
      int more = free.last(bin);
      if (more < 0) {
        break;
      }
      long chunk = free.at(more);
      take(more, sink);
      cache(nb, chunk, sink);
    }
    return at;
  }

  /** Unlinks a whole chunk and marks it as used. */
  private void take(int chunk, WriteSink sink) {
    long at = free.at(chunk);
    long bytes = free.bytes(chunk);
    free.unlink(chunk, sink);
    sink.write(at, HEADER);
    sink.write(at + bytes, HEADER);
  }

  private void cache(long bytes, long chunk, WriteSink sink) {
    tcache.push(bytes, chunk);
    sink.write(start, HEADER);
    sink.write(chunk + HEADER, HEADER);
  }

  /** Sorts the unsorted list into the bins until a chunk fits; 0 if none does. */
  private long fromUnsorted(long nb, WriteSink sink) {
    boolean kept = false;
    for (int step = 0; step < UNSORTED_STEPS; step++) {
      int victim = free.last(GlibcFreeChunks.UNSORTED);
      if (victim < 0) {
        break;
      }
      long bytes = free.bytes(victim);
      if (GlibcFreeChunks.isSmall(nb) && free.isOnlyLastRemainder(victim) && bytes > nb + LEAST) {
        return carve(victim, nb, sink);
      }
      long at = free.at(victim);
      if (bytes == nb) {
        take(victim, sink);
        if (!tcache.hasRoom(nb)) {
          return at;
        }
        cache(nb, at, sink);
        kept = true;
        continue;
      }
      free.sort(victim, sink);
    }
    if (kept) {
      sink.write(start, HEADER);
      return tcache.pop(nb);
    }
    return 0;
  }

  /** Cuts a chunk to size; what is left becomes the newest unsorted chunk. */
  private long carve(int chunk, long nb, WriteSink sink) {
    long at = free.at(chunk);
    long bytes = free.bytes(chunk);
    if (bytes - nb < LEAST) {
      take(chunk, sink);
      if (bytes != nb) {
        oversized.put(at, bytes);
      }
      return at;
    }
    free.unlink(chunk, sink);
    int rest = free.pushUnsorted(at + nb, bytes - nb, sink);
    if (GlibcFreeChunks.isSmall(nb)) {
      free.setLastRemainder(rest);
    }
    sink.write(at, HEADER);
    return at;
  }

  private long fromTop(long nb, WriteSink sink) {
    long at = top;
    top += nb;
    sink.write(at, HEADER);
    sink.write(top, HEADER);
    return at;
  }

  /**
   * Takes rounds of one block of each size while only the top can serve them: the same chunks and
   * writes as {@code malloc} called for each in turn.
   *
   * @param bytes the sizes; 0 takes no block
   * @param most rounds at most
   * @param into appended the addresses, one list a size
   * @return the rounds taken; 0 if a free chunk may serve one of the sizes, or the heap must grow
   */
  long mallocEach(long[] bytes, long most, BlockRuns[] into, WriteSink sink) {
    long round = 0;
    for (long size : bytes) {
      if (size > 0) {
        if (!isFromTop(chunkBytes(size))) {
          return 0;
        }
        round += chunkBytes(size);
      }
    }
    long rounds = round == 0 ? 0 : Math.min(most, (brkEnd - top - LEAST) / round);
    if (rounds <= 0) {
      return 0;
    }
    long at = top;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] > 0) {
        sink.writeStrided(at, round, rounds, HEADER);
        into[i].add(at + HEADER, round, rounds);
        at += chunkBytes(bytes[i]);
      }
    }
    top += round * rounds;
    sink.write(top, HEADER);
    return rounds;
  }

  /** Whether no list holds a chunk that malloc would take for {@code nb}, sort or join before. */
  private boolean isFromTop(long nb) {
    if (tcache.holds(nb)) {
      return false;
    }
    if (nb <= LARGEST_FAST && fast[(int) (nb / 16)].size() > 0) {
      return false;
    }
    if (GlibcFreeChunks.isSmall(nb) ? free.last(GlibcFreeChunks.bin(nb)) >= 0 : fastChunks > 0) {
      return false;
    }
    return free.last(GlibcFreeChunks.UNSORTED) < 0 && free.bestFit(nb) < 0;
  }

  private long systemMalloc(long nb, long bytes, WriteSink sink) {
    if (nb >= mmapThreshold) {
      return map(bytes, sink);
    }
    long more = (nb + TOP_PAD + LEAST - (brkEnd - top) + PAGE - 1) & -PAGE;
    if (brkEnd + more > end) {
      throw new IllegalArgumentException("the brk heap is modelled up to 64 GiB");
    }
    brkEnd += more;
    return fromTop(nb, sink);
  }

  private long map(long bytes, WriteSink sink) {
    long length = mappingBytes(bytes);
    if (mappings != null) {
      return mappings.map(length);
    }
    nextMapping -= length;
    memory.map(Region.anonymous("malloc block", RegionKind.ANONYMOUS, nextMapping, length));
    sink.write(nextMapping, HEADER);
    return nextMapping;
  }

  private static long mappingBytes(long bytes) {
    return (bytes + HEADER + PAGE - 1) & -PAGE; // nb + SIZE_SZ, rounded up to pages
  }

  private boolean isMapping(long address) {
    return mappings != null
        ? mappings.holds(address - HEADER)
        : address >= nextMapping && address < mappingsEnd;
  }

  /** {@code free} of a block of {@code bytes} as it was asked for. */
  public void free(long address, long bytes, WriteSink sink) {
    long at = address - HEADER;
    if (isMapping(address)) {
      long length = mappingBytes(bytes);
      if (mappings != null) {
        mappings.unmap(at);
      } else {
        memory.unmap(at, length);
      }
      // A freed mapping raises both thresholds: __libc_free.
      if (length > mmapThreshold && length <= MMAP_THRESHOLD_MAX) {
        mmapThreshold = length;
        trimThreshold = 2 * length;
      }
      return;
    }
    long exact = oversized.remove(at);
    freeChunk(at, exact == 0 ? chunkBytes(bytes) : exact, sink);
  }

  private void freeChunk(long at, long bytes, WriteSink sink) {
    if (tcache.hasRoom(bytes)) {
      cache(bytes, at, sink);
      return;
    }
    if (bytes <= LARGEST_FAST) {
      fast[(int) (bytes / 16)].push(at);
      fastChunks++;
      sink.write(at + HEADER, 8);
      return;
    }
    long joined = join(at, bytes, sink);
    if (joined >= CONSOLIDATION_BYTES) {
      if (fastChunks > 0) {
        consolidate(sink);
      }
      trim(sink);
    }
  }

  /** Joins a chunk with its free neighbours or the top; the bytes of the result. */
  private long join(long at, long bytes, WriteSink sink) {
    long from = at;
    long to = at + bytes;
    int below = free.endingAt(at);
    if (below >= 0) {
      from = free.at(below);
      free.unlink(below, sink);
    }
    if (to == top) {
      top = from;
      sink.write(from, HEADER);
      return brkEnd - from;
    }
    int above = free.startingAt(to);
    if (above >= 0) {
      to += free.bytes(above);
      free.unlink(above, sink);
    }
    free.pushUnsorted(from, to - from, sink);
    return to - from;
  }

  /** {@code malloc_consolidate}. */
  private void consolidate(WriteSink sink) {
    fastChunks = 0;
    for (int i = 0; i < fast.length; i++) {
      ChunkStack bin = fast[i];
      while (bin.size() > 0) {
        join(bin.pop(), 16L * i, sink);
      }
    }
  }

  /** {@code systrim}. */
  private void trim(WriteSink sink) {
    long topBytes = brkEnd - top;
    if (topBytes < trimThreshold || topBytes - LEAST - 1 <= TOP_PAD) {
      return;
    }
    long extra = (topBytes - LEAST - 1 - TOP_PAD) & -PAGE;
    if (extra > 0) {
      brkEnd -= extra;
      memory.dontNeed(brkEnd, extra);
      sink.write(top, HEADER);
    }
  }

  /**
   * {@code realloc}: the address the block then has.
   *
   * @param oldBytes its size as it was asked for; all of it is copied if it moves
   */
  public long realloc(long address, long oldBytes, long newBytes, WriteSink sink) {
    long at = address - HEADER;
    if (isMapping(address)) {
      return remap(address, oldBytes, newBytes, sink);
    }
    long exact = oversized.remove(at);
    long old = exact == 0 ? chunkBytes(oldBytes) : exact;
    long nb = chunkBytes(newBytes);
    long held = old;
    if (old < nb) {
      if (at + old == top && old + (brkEnd - top) >= nb + LEAST) {
        top = at + nb;
        sink.write(at, HEADER);
        sink.write(top, HEADER);
        return address;
      }
      int above = free.startingAt(at + old);
      if (above < 0 || old + free.bytes(above) < nb) {
        long other = internalMalloc(nb, newBytes, sink);
        if (other != at + old) {
          sink.writeRange(other + HEADER, oldBytes);
          freeChunk(at, old, sink);
          return other + HEADER;
        }
        // the top grew behind it: _int_realloc, "newp == next"
        held = old + Math.max(nb, oversized.remove(other));
      } else {
        held = old + free.bytes(above);
        take(above, sink);
      }
    }
    sink.write(at, HEADER);
    if (held - nb >= LEAST) {
      sink.write(at + nb, HEADER);
      freeChunk(at + nb, held - nb, sink);
    } else if (held != nb) {
      oversized.put(at, held);
    }
    return address;
  }

  /** {@code mremap_chunk}: frames move with the mapping. */
  private long remap(long address, long oldBytes, long newBytes, WriteSink sink) {
    long old = mappingBytes(oldBytes);
    long wanted = mappingBytes(newBytes);
    if (wanted == old) {
      return address;
    }
    if (mappings != null) {
      return mappings.remap(address - HEADER, old, wanted, oldBytes) + HEADER;
    }
    memory.unmap(address - HEADER, old);
    long moved = map(newBytes, sink) + HEADER;
    sink.writeRange(moved, Math.min(oldBytes, newBytes));
    return moved;
  }
}
