package io.forkscope.benchmarks;

import io.forkscope.core.memory.CowProcess;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A fork, and a range of writes, over 4 GiB of resident base pages. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Forks {
  private static final int PAGES = 1 << 20;

  private CowProcess zygote = Addresses.zygote(1);

  /** Builds the zygote. */
  @Setup(Level.Trial)
  public void build() {
    zygote = Addresses.zygote(PAGES);
  }

  /** Forks a child that exits at once. */
  @Benchmark
  public boolean forkAndExit() {
    CowProcess child = zygote.fork("child");
    child.exit();
    return child.isAlive();
  }

  /** Forks a child that breaks every page in one call, is asked, and exits. */
  @Benchmark
  public long range() {
    CowProcess child = zygote.fork("child");
    child.sink(Addresses.CAUSES[0]).writeRange(Addresses.BASE, PAGES * Addresses.PAGE);
    long broken = child.attribution().brokenPages();
    child.exit();
    return broken;
  }
}
