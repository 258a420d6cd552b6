package io.forkscope.benchmarks;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.roaringbitmap.RoaringBitmap;

/** The same random writes into sets that know no cause, and into objects that know one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OtherDesigns {
  /** Pages of the region. */
  @Param({"1048576", "16777216"})
  public int pages;

  private long[] addresses = {};

  /** Makes the addresses. */
  @Setup(Level.Trial)
  public void build() {
    addresses = Addresses.of("random", pages);
  }

  /** java.util.BitSet, no cause. */
  @Benchmark
  @OperationsPerInvocation(Addresses.WRITES)
  public int bitSet() {
    BitSet broken = new BitSet(pages);
    for (long address : addresses) {
      broken.set((int) ((address - Addresses.BASE) >>> 12));
    }
    return broken.cardinality();
  }

  /** RoaringBitmap, no cause. */
  @Benchmark
  @OperationsPerInvocation(Addresses.WRITES)
  public int roaring() {
    RoaringBitmap broken = new RoaringBitmap();
    for (long address : addresses) {
      broken.add((int) ((address - Addresses.BASE) >>> 12));
    }
    return broken.getCardinality();
  }

  /** An object a page. */
  @Benchmark
  @OperationsPerInvocation(Addresses.WRITES)
  public long hashMap() {
    Map<Long, Page> broken = new HashMap<>();
    for (long address : addresses) {
      broken.computeIfAbsent((address - Addresses.BASE) >>> 12, page -> new Page()).writes++;
    }
    return broken.values().stream().filter(page -> page.writes > 0).count();
  }

  private static final class Page {
    private int writes;
  }
}
