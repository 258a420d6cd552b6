package io.forkscope.benchmarks;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.KernelRules;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import java.util.SplittableRandom;

/** The input that every design gets: the same addresses in the same order. */
final class Addresses {
  /** Writes of one run. */
  static final int WRITES = 1 << 24;

  /** Addresses handed over at a time. */
  static final int BATCH = 1 << 12;

  static final long BASE = 0x100000000L;
  static final long PAGE = 4096;
  static final Cause[] CAUSES = {cause("bench.a"), cause("bench.b"), cause("bench.c")};

  private Addresses() {}

  static long[] of(String pattern, int pages) {
    long[] addresses = new long[WRITES];
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < WRITES; i++) {
      addresses[i] =
          pattern.equals("random")
              ? BASE + (random.nextLong(pages * PAGE) & ~7L)
              : BASE + i % pages * PAGE;
    }
    return addresses;
  }

  /** A process with so many resident pages. */
  static CowProcess zygote(int pages) {
    CowProcess zygote = new CowSpace(KernelRules.SINCE_5_8).create("zygote");
    zygote.map(Region.anonymous("heap", RegionKind.ANONYMOUS, BASE, pages * PAGE));
    zygote.sink(CAUSES[0]).writeRange(BASE, pages * PAGE);
    return zygote;
  }

  private static Cause cause(String id) {
    return new Cause(id, CauseKind.MUTATION, "A benchmark writes.", "this benchmark");
  }
}
