package io.forkscope.models.allocator;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The main arena of glibc's malloc, chunk by chunk: tcache, fastbins, the unsorted list, small and
 * large bins, the last remainder, the top, trimming, and mappings of their own above a threshold
 * that rises. It takes the same decisions in the same order as glibc, and writes the same headers,
 * links and footers. Source: glibc 2.36 malloc/malloc.c ({@code _int_malloc}, {@code _int_free},
 * {@code malloc_consolidate}, {@code sysmalloc}, {@code _int_realloc}, {@code tcache_put}).
 *
 * <p>Another thread may take over, with a tcache and, unless there may be one only, an arena of its
 * own; what it frees and resizes stays with the arena that it came from. Source: malloc/arena.c
 * ({@code arena_get2}, {@code arena_for_chunk}).
 *
 * <p>Assumes that no other thread runs meanwhile. Allocations of the same size that come from the
 * top cost the same few steps each. Not thread-safe.
 */
public final class GlibcArena {

  /** {@code FASTBIN_CONSOLIDATION_THRESHOLD}. */
  private static final long CONSOLIDATION_BYTES = 64 << 10;

  private static final int HEADER = GlibcTop.HEADER;
  private static final int LEAST = GlibcTop.LEAST;

  /** {@code global_max_fast}: chunks of up to 128 bytes. */
  private static final int LARGEST_FAST = 128;

  /** {@code MAX_ITERS} of the unsorted list. */
  private static final int UNSORTED_STEPS = 10_000;

  private final ProcessMemory memory;
  private final GlibcArena main;
  private final GlibcMmapped mmapped;
  private final GlibcTop top;
  private final GlibcFreeChunks free;
  private final ChunkStack[] fast = new ChunkStack[LARGEST_FAST / 16 + 1];
  private long fastChunks;

  /** Chunks larger than what was asked for, in all arenas: kept by the main one. */
  private final LongTable oversized;

  /** Of the thread that runs: kept by the main arena. */
  private GlibcTcache tcache;

  private GlibcArena running;

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
    this.main = this;
    this.running = this;
    this.mmapped = new GlibcMmapped(memory, mappingsEnd, mappings);
    this.top = new GlibcBrk(memory, start);
    this.free = new GlibcFreeChunks(start);
    this.tcache = new GlibcTcache(start);
    this.oversized = new LongTable(16);
    Arrays.setAll(fast, i -> new ChunkStack());
  }

  private GlibcArena(GlibcArena parent, ProcessMemory memory, @Nullable GlibcMappings mappings) {
    if (parent.running != parent) {
      throw new IllegalStateException("a process forks from its first thread");
    }
    this.memory = memory;
    this.main = this;
    this.running = this;
    this.mmapped = new GlibcMmapped(parent.mmapped, memory, mappings);
    this.top = new GlibcBrk((GlibcBrk) parent.top, memory);
    this.free = new GlibcFreeChunks(parent.free);
    this.tcache = new GlibcTcache(parent.tcache);
    this.oversized = new LongTable(parent.oversized);
    this.fastChunks = parent.fastChunks;
    Arrays.setAll(fast, i -> new ChunkStack(parent.fast[i]));
  }

  /** The arena of another thread. */
  private GlibcArena(GlibcArena main, long heap, WriteSink sink) {
    this.memory = main.memory;
    this.main = main;
    this.running = this;
    this.mmapped = main.mmapped;
    this.top = new GlibcThreadHeaps(memory, heap, GlibcTcache.BYTES, sink);
    this.free = new GlibcFreeChunks(heap);
    this.tcache = main.tcache;
    this.oversized = main.oversized;
    Arrays.setAll(fast, i -> new ChunkStack());
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
    top.at = topChunk;
    top.end = end;
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
    mmapped.raiseThreshold(bytes);
  }

  /** Loads a block of {@code bytes} that has a mapping of its own; its address. */
  public long loadMapping(long bytes, WriteSink sink) {
    return mmapped.map(bytes, sink) + HEADER;
  }

  /** First byte of the top chunk. */
  public long top() {
    return top.at;
  }

  /**
   * Another thread runs from now on, and makes its tcache of its first block. Source: glibc 2.36
   * malloc/malloc.c ({@code tcache_init}), malloc/arena.c ({@code arena_get2}).
   *
   * @param heap where the first heap of its arena starts, on a boundary of 64 MiB; 0 if there is
   *     but the main arena, {@code MALLOC_ARENA_MAX=1}
   */
  public void startThread(long heap, WriteSink sink) {
    tcache = GlibcTcache.NONE;
    running = heap == 0 ? this : new GlibcArena(this, heap, sink);
    long nb = chunkBytes(GlibcTcache.BYTES);
    long at = running.internalMalloc(nb, GlibcTcache.BYTES, sink) + HEADER;
    sink.writeRange(at, GlibcTcache.BYTES);
    tcache = new GlibcTcache(at);
  }

  /** {@code malloc}: the address the caller gets; its header and links are written. */
  public long malloc(long bytes, WriteSink sink) {
    long nb = chunkBytes(bytes);
    if (tcache.holds(nb)) {
      sink.write(tcache.address(), HEADER);
      long at = tcache.pop(nb);
      sink.write(at + HEADER, HEADER);
      return at + HEADER;
    }
    return running.internalMalloc(nb, bytes, sink) + HEADER;
  }

  /** {@code calloc}: it does not take from the tcache. */
  public long calloc(long bytes, WriteSink sink) {
    return running.internalMalloc(chunkBytes(bytes), bytes, sink) + HEADER;
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
      if (top.serves(nb)) {
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
    while (bin.size() > 0 && main.tcache.hasRoom(nb)) {
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
    while (main.tcache.hasRoom(nb)) {
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
    main.tcache.push(bytes, chunk);
    sink.write(main.tcache.address(), HEADER);
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
        if (!main.tcache.hasRoom(nb)) {
          return at;
        }
        cache(nb, at, sink);
        kept = true;
        continue;
      }
      free.sort(victim, sink);
    }
    if (kept) {
      sink.write(main.tcache.address(), HEADER);
      return main.tcache.pop(nb);
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
    long at = top.at;
    top.at += nb;
    sink.write(at, HEADER);
    sink.write(top.at, HEADER);
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
    long rounds = round == 0 ? 0 : Math.min(most, (top.end - top.at - LEAST) / round);
    if (rounds <= 0) {
      return 0;
    }
    long at = top.at;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] > 0) {
        sink.writeStrided(at, round, rounds, HEADER);
        into[i].add(at + HEADER, round, rounds);
        at += chunkBytes(bytes[i]);
      }
    }
    top.at += round * rounds;
    sink.write(top.at, HEADER);
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
    if (nb >= mmapped.threshold()) {
      return mmapped.map(bytes, sink);
    }
    top.grow(nb, this, sink);
    // a new heap may be gone again: arena_get_retry
    return top.serves(nb) ? fromTop(nb, sink) : main.internalMalloc(nb, bytes, sink);
  }

  /** {@code free} of a block of {@code bytes} as it was asked for. */
  public void free(long address, long bytes, WriteSink sink) {
    long at = address - HEADER;
    if (mmapped.holds(at)) {
      mmapped.unmap(at, bytes);
      return;
    }
    long exact = oversized.remove(at);
    of(at).freeChunk(at, exact == 0 ? chunkBytes(bytes) : exact, sink);
  }

  /** The arena that a chunk is of. */
  private GlibcArena of(long chunk) {
    return top.holds(chunk) ? this : running;
  }

  /** {@code _int_free}. */
  void freeChunk(long at, long bytes, WriteSink sink) {
    if (main.tcache.hasRoom(bytes)) {
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
      top.trim(mmapped.trimThreshold(), free, sink);
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
    if (to == top.at) {
      top.at = from;
      sink.write(from, HEADER);
      return top.end - from;
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

  /**
   * {@code realloc}: the address the block then has.
   *
   * @param oldBytes its size as it was asked for; all of it is copied if it moves
   */
  public long realloc(long address, long oldBytes, long newBytes, WriteSink sink) {
    long at = address - HEADER;
    if (mmapped.holds(at)) {
      return mmapped.remap(at, oldBytes, newBytes, sink) + HEADER;
    }
    return of(at).resize(at, oldBytes, newBytes, sink) + HEADER;
  }

  /** {@code _int_realloc}. */
  private long resize(long at, long oldBytes, long newBytes, WriteSink sink) {
    long exact = oversized.remove(at);
    long old = exact == 0 ? chunkBytes(oldBytes) : exact;
    long nb = chunkBytes(newBytes);
    long held = old;
    if (old < nb) {
      if (at + old == top.at && top.end - at >= nb + LEAST) {
        top.at = at + nb;
        sink.write(at, HEADER);
        sink.write(top.at, HEADER);
        return at;
      }
      int above = free.startingAt(at + old);
      if (above < 0 || old + free.bytes(above) < nb) {
        long other = internalMalloc(nb, newBytes, sink);
        if (other != at + old) {
          sink.writeRange(other + HEADER, oldBytes);
          freeChunk(at, old, sink);
          return other;
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
    return at;
  }
}
