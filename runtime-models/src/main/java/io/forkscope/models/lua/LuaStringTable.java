package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.List;

/** The table of short strings. Source: Lua 5.4.4 lstring.c. */
final class LuaStringTable {

  /** Buckets when a build begins: MINSTRTABSIZE (128), doubled by the libraries and the program. */
  private static final long START_BUCKETS = 512;

  private final ProcessMemory memory;
  private final GlibcHeap heap;
  private long buckets;
  private long strings;
  private long address;
  private long random;

  /**
   * The table at the start.
   *
   * @param strings short strings that are there
   */
  LuaStringTable(ProcessMemory memory, GlibcHeap heap, long seed, int strings) {
    this.memory = memory;
    this.heap = heap;
    this.strings = strings;
    buckets = START_BUCKETS;
    address = LuaHeapImage.STRING_TABLE;
    this.random = seed;
  }

  LuaStringTable(LuaStringTable parent, ProcessMemory memory, GlibcHeap heap) {
    this.memory = memory;
    this.heap = heap;
    buckets = parent.buckets;
    strings = parent.strings;
    address = parent.address;
    random = parent.random;
  }

  /** How many strings it takes before it grows. */
  long room() {
    return buckets - strings;
  }

  /** Strings enter it; their buckets are written. */
  void enter(long count) {
    strings += count;
    writeBuckets(count);
  }

  /** Dead strings leave it. */
  void leave(long count) {
    strings -= count;
    writeBuckets(count);
  }

  /** Buckets lie at random. Twenty strings a page leave no page out. */
  private void writeBuckets(long count) {
    WriteSink sink = memory.sink(LuaCauses.INTERN);
    long bytes = buckets * LuaSizes.BUCKET_BYTES;
    if (count > 20 * (bytes / 4096 + 1)) {
      sink.writeRange(address, bytes);
      return;
    }
    for (long i = 0; i < count; i++) {
      random = random * 6364136223846793005L + 1442695040888963407L; // Knuth, MMIX
      sink.write(address + Long.remainderUnsigned(random >>> 20, buckets) * 8, 8);
    }
  }

  /** Doubles; returns the bytes it grew by. */
  long grow(List<LuaPopulation> populations) {
    resize(2 * buckets, populations);
    return buckets / 2 * LuaSizes.BUCKET_BYTES;
  }

  /** Halves if it is not a quarter full: checkSizes in lgc.c; the bytes it gave back. */
  long shrinkIfEmpty(List<LuaPopulation> populations) {
    if (strings >= buckets / 4) {
      return 0;
    }
    resize(buckets / 2, populations);
    return buckets * LuaSizes.BUCKET_BYTES;
  }

  private void resize(long to, List<LuaPopulation> populations) {
    long old = buckets * LuaSizes.BUCKET_BYTES;
    address = heap.reallocate(address, old, to * LuaSizes.BUCKET_BYTES, old);
    buckets = to;
    WriteSink sink = memory.sink(LuaCauses.INTERN);
    sink.writeRange(address, to * LuaSizes.BUCKET_BYTES);
    LuaHeapImage.touchNames(sink);
    populations.forEach(population -> population.touchInterned(sink));
  }
}
