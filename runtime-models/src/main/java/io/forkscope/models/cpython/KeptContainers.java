package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.BlockRun;
import java.util.ArrayList;
import java.util.List;

/** Containers that a program keeps beside its populations, with when they were made. */
final class KeptContainers {

  private record Kept(long clock, BlockRun blocks) {}

  private final List<Kept> all = new ArrayList<>();

  /** What a child inherits. */
  KeptContainers copy() {
    KeptContainers copy = new KeptContainers();
    copy.all.addAll(all);
    return copy;
  }

  /** Adds blocks whose GC head is their first field. */
  void add(long clock, List<BlockRun> blocks) {
    blocks.forEach(run -> all.add(new Kept(clock, run)));
  }

  /** Writes the GC heads of those made at or after a clock. */
  void writeHeadsSince(long since, WriteSink heads, int bytes) {
    for (Kept kept : all) {
      if (kept.clock() >= since) {
        kept.blocks().write(heads, 0, bytes);
      }
    }
  }
}
