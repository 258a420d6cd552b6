package io.forkscope.models.perl;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.function.LongConsumer;

/** PL_strtab, the table of shared hash keys: its buckets. Source: perl 5.36 hv.c. */
final class PerlKeys {

  /**
   * Keys of the interpreter and its modules. Measured with the shared harness's script: between
   * which of its keys the tables grow.
   */
  private static final long START_KEYS = 1452;

  /** Where its first buckets lie. Measured, with the same script. */
  private static final long FIRST_TABLE = PerlImage.HEAP + 17L * PerlImage.PAGE + 0xed0;

  /**
   * Pages of the heap over which they lie. Measured with the driver's program: clearing hashes of
   * 5,000 to 140,000 keys writes 73 to 88 of them that nothing else writes.
   */
  private static final int KEY_PAGES = 101;

  private final ProcessMemory memory;
  private final GlibcHeap malloc;
  private long keys = START_KEYS;
  private long buckets = PerlSizes.KEY_TABLE_BUCKETS;
  private long table = FIRST_TABLE;

  PerlKeys(ProcessMemory memory, GlibcHeap malloc) {
    this.memory = memory;
    this.malloc = malloc;
  }

  PerlKeys(PerlKeys parent, ProcessMemory memory, GlibcHeap malloc) {
    this.memory = memory;
    this.malloc = malloc;
    keys = parent.keys;
    buckets = parent.buckets;
    table = parent.table;
  }

  /** How many keys a hash of the process may hold before it or the table splits. */
  long untilSplit(long held) {
    long inTable = held + buckets * 2 / 3 - keys;
    long own = PerlSizes.buckets(Math.max(1, held), PerlSizes.LEAST_BUCKETS) * 2 / 3;
    return Math.max(held + 1, Math.min(inTable <= held ? Long.MAX_VALUE : inTable, own));
  }

  /** So many keys more are held. */
  void hold(long count) {
    keys += count;
    grow();
  }

  /** Names enter it, each before what its bucket's chain holds: share_hek_flags. */
  void enter(long count, WriteSink sink) {
    keys += count;
    grow();
    writeBuckets(count, sink);
  }

  private void grow() {
    long wanted = PerlSizes.buckets(keys, buckets);
    if (wanted > buckets) {
      long old = buckets * PerlSizes.POINTER_BYTES;
      long bytes = wanted * PerlSizes.POINTER_BYTES;
      table = malloc.reallocate(table, old, bytes, old);
      memory.sink(PerlCauses.ALLOCATION).writeRange(table, bytes);
      buckets = wanted;
    }
  }

  /** Keys leave it, each from its bucket's chain; buckets lie at random. */
  void forget(long count) {
    keys -= count;
    WriteSink sink = memory.sink(PerlCauses.FREE);
    long bytes = buckets * PerlSizes.POINTER_BYTES;
    neighbours(count, sink);
    if (count > 20 * (bytes / PerlImage.PAGE + 1)) {
      sink.writeRange(table, bytes); // twenty keys a page leave no page out
      return;
    }
    writeBuckets(count, sink);
  }

  private void writeBuckets(long count, WriteSink sink) {
    draw(
        count,
        count,
        buckets,
        bucket -> sink.write(table + bucket * PerlSizes.POINTER_BYTES, PerlSizes.POINTER_BYTES));
  }

  /** A key of the interpreter that stands before one that leaves in its chain is written. */
  private void neighbours(long count, WriteSink sink) {
    long touched = (long) (START_KEYS * (1 - Math.exp(-(double) count / buckets)));
    draw(
        count,
        touched,
        KEY_PAGES,
        page -> sink.write(PerlImage.HEAP + page * PerlImage.PAGE, PerlSizes.POINTER_BYTES));
  }

  /** Draws numbers below a bound: a linear congruence, Knuth's MMIX. */
  private static void draw(long seed, long times, long bound, LongConsumer target) {
    long random = seed;
    for (long i = 0; i < times; i++) {
      random = random * 6364136223846793005L + 1442695040888963407L;
      target.accept(Long.remainderUnsigned(random >>> 20, bound));
    }
  }
}
