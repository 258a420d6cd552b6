package io.forkscope.core.forkcost;

import io.forkscope.core.memory.PageSize;

/**
 * Predicts how long the ways to make a child take on one host. Times are nanoseconds on an idle
 * processor.
 */
public final class ForkCostModel {

  private final HostCosts costs;

  /** A model with the costs of a host. */
  public ForkCostModel(HostCosts costs) {
    this.costs = costs;
  }

  /**
   * How long the parent stands still: until the call returns.
   *
   * @throws IllegalArgumentException if the host's costs say nothing of the page size
   */
  public double parentNanos(ForkWay way, ForkedMemory memory) {
    return switch (way) {
      case FORK, FORK_EXEC ->
          costs.fixedNanos()
              + memory.mappings() * costs.mappingNanos()
              + costs
                  .page(memory.pageSize())
                  .curve(memory.written())
                  .nanos((double) memory.pages());
      case VFORK_EXEC -> costs.vforkExecNanos();
      case POSIX_SPAWN -> costs.posixSpawnNanos();
    };
  }

  /** Until the child's own code runs: the forked code, or the program that it has exec'd. */
  public double readyNanos(ForkWay way, ForkedMemory memory) {
    return parentNanos(way, memory) + (way == ForkWay.FORK_EXEC ? costs.execNanos() : 0);
  }

  /** Bytes of page tables that the child is given. */
  public long copiedTableBytes(ForkWay way, ForkedMemory memory) {
    return way.copiesPageTables() ? memory.pageTableBytes() : 0;
  }

  /**
   * Resident bytes, written since the last fork, from which posix_spawn stops the parent for a
   * shorter time than fork and exec; 0 if it always does.
   */
  public long crossoverBytes(PageSize pageSize) {
    double nanos = costs.posixSpawnNanos() - costs.fixedNanos();
    double pages = nanos <= 0 ? 0 : costs.page(pageSize).written().pages(nanos);
    return (long) Math.min(Math.ceil(pages) * pageSize.bytes(), 1L << 47);
  }

  /** Processor time of the write faults after a fork, in nanoseconds. */
  public double faultNanos(PageSize pageSize, long copiedPages, long reusedPages) {
    PageCosts page = costs.page(pageSize);
    return copiedPages * page.copyNanos() + reusedPages * page.reuseNanos();
  }
}
