package io.forkscope.models.cpython;

import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.cpython.CPythonHeap.Domain;
import java.util.ArrayList;
import java.util.List;

/** Cycles that nobody refers to: their blocks stay taken until a full collection finds them. */
final class CycleGarbage {

  private record Dropped(Domain domain, List<BlockRun> runs, boolean all) {}

  private final List<Dropped> waiting = new ArrayList<>();

  /** What a child inherits. */
  CycleGarbage copy() {
    CycleGarbage copy = new CycleGarbage();
    copy.waiting.addAll(waiting);
    return copy;
  }

  /** Drops the cycles of elements {@code from, from + every, …} of a node. */
  void drop(Node cycle, long from, long every) {
    add(cycle, cycle.object, Domain.OBJECT, from, every);
    add(cycle, cycle.second, Domain.OBJECT, from, every);
    add(cycle, cycle.third, Domain.MEMORY, from, every);
    add(cycle, cycle.fourth, Domain.MEMORY, from, every);
  }

  private void add(Node cycle, Column column, Domain domain, long from, long every) {
    List<BlockRun> runs = cycle.select(column, from, Long.MAX_VALUE, every);
    waiting.add(new Dropped(domain, runs, every == 1));
  }

  /** A full collection frees all of them. */
  void collect(CPythonHeap heap) {
    for (Dropped dropped : waiting) {
      Domain pools =
          dropped.runs.isEmpty()
              ? dropped.domain
              : heap.poolsOf(dropped.domain, dropped.runs.get(0).blockBytes());
      if (dropped.all) {
        BlockRun.turns(dropped.runs).forEach(turns -> heap.releaseAll(pools, turns));
      } else {
        dropped.runs.forEach(run -> heap.release(pools, run));
      }
    }
    waiting.clear();
  }
}
