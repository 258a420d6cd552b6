package io.forkscope.core.verdict;

import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.RegionCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * How long fork stops its caller, by the pages that it holds.
 *
 * @param nanos until fork returns in the parent
 * @param costs what it was predicted with
 */
record ForkPause(long nanos, HostCosts costs) {

  /**
   * The pause at the parent's fork, by the pages of each size that were resident then.
   *
   * @param host costs of the user's host; the published ones stand in for all of them if the parent
   *     has pages of a size that was not measured there
   */
  static ForkPause of(CowProcess parent, HostCosts host) {
    List<RegionCounts> copied = new ArrayList<>();
    for (RegionCounts counts : parent.regions()) {
      if (!counts.region().shared() && counts.residentAtForkPages() > 0) {
        copied.add(counts);
      }
    }
    boolean known = copied.stream().allMatch(c -> host.pages().containsKey(size(c)));
    HostCosts costs = known ? host : HostCosts.PUBLISHED;
    double nanos = costs.fixedNanos();
    for (RegionCounts counts : copied) {
      PageSize size = size(counts);
      double pages = (double) counts.residentAtForkPages() * PageSize.BASE_BYTES / size.bytes();
      nanos += costs.page(size).written().nanos(pages);
    }
    return new ForkPause(Math.round(nanos), costs);
  }

  // hugetlb pages are copied entry by entry too, and were not measured
  private static PageSize size(RegionCounts counts) {
    PageSize size = counts.region().pageSize();
    return size == PageSize.HUGETLB_2M ? PageSize.THP_2M : size;
  }
}
