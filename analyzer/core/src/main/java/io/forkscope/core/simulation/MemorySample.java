package io.forkscope.core.simulation;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import io.forkscope.core.memory.MemoryUsage;

/**
 * What all living processes hold together at one moment after the fork.
 *
 * @param epoch the moment; the fork is 0
 * @param processes how many there are
 * @param rssBytes sum of what each has resident: shared pages count once for each
 * @param pssBytes sum of proportional shares: what the family really takes
 * @param ussBytes sum of what each holds alone
 */
public record MemorySample(
    long epoch, long processes, long rssBytes, long pssBytes, long ussBytes) {

  /** What the processes of a space hold now. */
  static MemorySample of(CowSpace space, long epoch) {
    long rss = 0;
    long pss = 0;
    long uss = 0;
    for (CowProcess process : space.processes()) {
      MemoryUsage usage = process.usage();
      rss += usage.rssBytes();
      pss += usage.pssBytes();
      uss += usage.ussBytes();
    }
    return new MemorySample(epoch, space.processes().size(), rss, pss, uss);
  }
}
