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

  /** Adds blocks whose GC head is their first field, made one after the other from a clock on. */
  void add(long clock, List<BlockRun> blocks) {
    long made = clock;
    for (BlockRun run : blocks) {
      all.add(new Kept(made, run));
      made += run.count();
    }
  }

  /** Forgets blocks that were dropped. */
  void remove(List<BlockRun> blocks) {
    all.removeIf(kept -> blocks.contains(kept.blocks()));
  }

  /** Writes what begins with the GC heads of those made at or after a clock. */
  void writeSince(long since, WriteSink heads, int offset, int bytes) {
    for (Kept kept : all) {
      long first = Math.max(0, since - kept.clock());
      kept.blocks().part(first, kept.blocks().count(), 1).write(heads, offset, bytes);
    }
  }
}
