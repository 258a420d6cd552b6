package io.forkscope.benchmarks;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.WriteSink;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Writes through the engine's sinks in a fresh child: each invocation forks, writes, and asks how
 * many pages broke, so that faults and attribution are all worked out inside it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AttributedWrites {
  /** Pages of the zygote. */
  @Param({"1048576", "16777216"})
  public int pages;

  /** Order of the writes. */
  @Param({"random", "sequential"})
  public String pattern = "random";

  /** Implementations of the sink that the call has seen. */
  @Param({"1", "2", "3"})
  public int sinkClasses;

  private long[] addresses = {};
  private CowProcess zygote = Addresses.zygote(1);
  private CowProcess child = zygote;

  /** Builds the zygote, and makes the call polymorphic. */
  @Setup(Level.Trial)
  public void build(Blackhole hole) {
    addresses = Addresses.of(pattern, pages);
    zygote = Addresses.zygote(pages);
    if (sinkClasses > 1) {
      batches(new CountingSink(hole));
    }
    if (sinkClasses > 2) {
      batches(new FoldingSink(hole));
    }
  }

  /** Frees the child outside the measurement. */
  @TearDown(Level.Invocation)
  public void exit() {
    child.exit();
  }

  /** Addresses in batches. */
  @Benchmark
  @OperationsPerInvocation(Addresses.WRITES)
  public long each() {
    child = zygote.fork("child");
    batches(child.sink(Addresses.CAUSES[0]));
    return child.attribution().brokenPages();
  }

  /** One call a write. */
  @Benchmark
  @OperationsPerInvocation(Addresses.WRITES)
  public long one() {
    child = zygote.fork("child");
    WriteSink sink = child.sink(Addresses.CAUSES[0]);
    for (long address : addresses) {
      sink.write(address, 8);
    }
    return child.attribution().brokenPages();
  }

  /** Batches of three causes in turn. */
  @Benchmark
  @OperationsPerInvocation(Addresses.WRITES)
  public long threeCauses() {
    child = zygote.fork("child");
    for (int from = 0; from < addresses.length; from += Addresses.BATCH) {
      WriteSink sink = child.sink(Addresses.CAUSES[(from / Addresses.BATCH) % 3]);
      sink.writeEach(addresses, from, from + Addresses.BATCH, 8);
    }
    return child.attribution().brokenPages();
  }

  private void batches(WriteSink sink) {
    for (int from = 0; from < addresses.length; from += Addresses.BATCH) {
      sink.writeEach(addresses, from, from + Addresses.BATCH, 8);
    }
  }

  /** A second implementation. */
  private record CountingSink(Blackhole hole) implements WriteSink {
    @Override
    public void write(long address, int bytes) {
      hole.consume(address);
    }

    @Override
    public void writeRange(long address, long bytes) {
      hole.consume(bytes);
    }

    @Override
    public void writeEach(long[] each, int from, int to, int bytes) {
      hole.consume(to - from);
    }

    @Override
    public void writeStrided(long first, long stride, long count, int bytes) {
      hole.consume(count);
    }
  }

  /** A third implementation. */
  private record FoldingSink(Blackhole hole) implements WriteSink {
    @Override
    public void write(long address, int bytes) {
      hole.consume(address ^ bytes);
    }

    @Override
    public void writeRange(long address, long bytes) {
      hole.consume(address ^ bytes);
    }

    @Override
    public void writeEach(long[] each, int from, int to, int bytes) {
      hole.consume(each[from] ^ each[to - 1]);
    }

    @Override
    public void writeStrided(long first, long stride, long count, int bytes) {
      hole.consume(first ^ stride);
    }
  }
}
