package io.forkscope.benchmarks;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Many children of one zygote: CPU time and heap, which JMH does not measure. */
final class Zygotes {
  private static final int CLUSTERS = 8;
  private static final int CLUSTER_PAGES = 64;

  private final int children;
  private final int writesAChild;
  private final long[] addresses;

  Zygotes(int children, int writesAChild) {
    this.children = children;
    this.writesAChild = writesAChild;
    addresses = new long[Math.max(1, writesAChild)];
  }

  /** What one run cost. */
  record Cost(double cpuSeconds, double mebibytes, long physicalPages) {}

  /**
   * Forks the children of a zygote of 4 GiB. Each writes to 8 clusters of 64 pages at random places
   * of its own; all stay alive.
   */
  Cost run() {
    long before = usedBytes();
    SplittableRandom random = new SplittableRandom(7);
    long cpu = 0;
    List<CowProcess> alive = new ArrayList<>();
    CowProcess zygote = Addresses.zygote(1 << 20);
    CowSpace space = zygote.space();
    for (int i = 0; i < children; i++) {
      addresses(random);
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      CowProcess child = zygote.fork("child");
      if (writesAChild > 0) {
        child.sink(Addresses.CAUSES[0]).writeEach(addresses, 0, writesAChild, 8);
      }
      alive.add(child);
      cpu += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    }
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long frames = space.physicalPages();
    cpu += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    double used = (usedBytes() - before) / (double) (1 << 20);
    if (alive.size() != children) {
      throw new IllegalStateException("children were lost");
    }
    return new Cost(cpu / 1e9, used, frames);
  }

  private void addresses(SplittableRandom random) {
    long[] clusters = new long[CLUSTERS];
    for (int c = 0; c < CLUSTERS; c++) {
      clusters[c] = Addresses.BASE + random.nextInt((1 << 20) - CLUSTER_PAGES) * Addresses.PAGE;
    }
    for (int i = 0; i < writesAChild; i++) {
      addresses[i] =
          clusters[random.nextInt(CLUSTERS)]
              + (random.nextInt((int) (CLUSTER_PAGES * Addresses.PAGE)) & ~7);
    }
  }

  private static long usedBytes() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
