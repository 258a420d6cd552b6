package io.forkscope.core.verdict;

import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.RegionCounts;

/**
 * How long fork stops its caller, by the pages that it holds. The costs are those published for
 * another host, so the result is an assumption; {@code forkscope calibrate} and {@code forkcost}
 * give the user's own.
 */
final class ForkPause {

  private ForkPause() {}

  /** The pause at the parent's fork, by the pages of each size that were resident then. */
  static long nanos(CowProcess parent) {
    double nanos = HostCosts.PUBLISHED.fixedNanos();
    for (RegionCounts counts : parent.regions()) {
      // hugetlb pages are copied entry by entry too, and were not measured
      PageSize size = counts.region().pageSize();
      PageSize known = size == PageSize.HUGETLB_2M ? PageSize.THP_2M : size;
      if (!counts.region().shared()) {
        double pages = (double) counts.residentAtForkPages() * PageSize.BASE_BYTES / known.bytes();
        nanos += HostCosts.PUBLISHED.page(known).written().nanos(pages);
      }
    }
    return Math.round(nanos);
  }
}
