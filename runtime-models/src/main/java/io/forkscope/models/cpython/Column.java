package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.BlockRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One block of each object of a node: runs of blocks that belong to every so many-th object, in the
 * order of their first ones. Objects that need no block are left out.
 */
final class Column {

  /** Blocks farther apart are runs of their own. */
  private static final long MOST_STEP = 1 << 20;

  private final List<BlockRun> runs = new ArrayList<>();
  private long[] firsts = new long[4];
  private long[] steps = new long[4];

  /** Adds the blocks of objects {@code first, first + 1, …}. */
  void add(long first, BlockRun run) {
    add(first, 1, run);
  }

  /** Adds the blocks of objects {@code first, first + step, …}. */
  void add(long first, long step, BlockRun run) {
    if (run.count() == 0) {
      return;
    }
    if (runs.size() == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * firsts.length);
      steps = Arrays.copyOf(steps, 2 * steps.length);
    }
    firsts[runs.size()] = first;
    steps[runs.size()] = step;
    runs.add(run);
  }

  /**
   * Adds this column's blocks of objects {@code first} to {@code first + objects - 1} to another,
   * each to the object after its own, and the last to the first. They belong to consecutive
   * objects.
   */
  void moveOn(Column target, long first, long objects) {
    select(first + objects - 1, first + objects, 1).forEach(last -> target.add(first, last));
    for (int i = 0; i < runs.size(); i++) {
      long from = firsts[i] + 1;
      long kept = Math.min(runs.get(i).count(), first + objects - from);
      target.add(from, runs.get(i).part(0, kept, 1));
    }
  }

  /** Puts other blocks in place of all, one an object from 0 on; negative where there is none. */
  void replace(long[] blocks) {
    runs.clear();
    int from = 0;
    while (from < blocks.length) {
      int to = from + 1;
      if (blocks[from] >= 0) {
        long step = to < blocks.length && blocks[to] >= 0 ? blocks[to] - blocks[from] : -1;
        while (step > 0
            && step <= MOST_STEP
            && to < blocks.length
            && blocks[to] - blocks[to - 1] == step) {
          to++;
        }
        add(from, run(blocks[from], to - from == 1 ? 1 : step, to - from));
      }
      from = to;
    }
  }

  private static BlockRun run(long first, long step, long count) {
    return new BlockRun(first, count * step, 0, Math.toIntExact(step), count, 0, 1, count);
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  List<BlockRun> runs() {
    return List.copyOf(runs);
  }

  /** Writes in every block. */
  void write(WriteSink sink, int offset, int bytes) {
    for (BlockRun run : runs) {
      run.write(sink, offset, bytes);
    }
  }

  /** Writes in the blocks of objects {@code from, from + every, …} below {@code to}. */
  void write(WriteSink sink, int offset, int bytes, long from, long to, long every) {
    for (BlockRun run : select(from, to, every)) {
      run.write(sink, offset, bytes);
    }
  }

  /** The blocks of objects {@code from, from + every, …} below {@code to}. */
  List<BlockRun> select(long from, long to, long every) {
    List<BlockRun> selected = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      BlockRun run = runs.get(i);
      long step = steps[i];
      long end = Math.min(run.count(), (Math.max(0, to - firsts[i]) + step - 1) / step);
      long start = (Math.max(0, from - firsts[i]) + step - 1) / step;
      // One of `every` blocks in turn is the first one that is selected, or none of them is.
      for (long j = start; j < Math.min(end, start + every); j++) {
        if ((firsts[i] + j * step - from) % every == 0) {
          selected.add(run.part(j, end, every / gcd(every, step)));
          break;
        }
      }
    }
    return selected;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The address of an object's block; -1 if it has none. */
  long address(long object) {
    int at = Arrays.binarySearch(firsts, 0, runs.size(), object);
    int last = at >= 0 ? at : -at - 2;
    // Runs that take turns begin close to each other.
    for (int i = last; i >= 0 && last - i < steps[last]; i--) {
      long offset = object - firsts[i];
      if (offset % steps[i] == 0 && offset / steps[i] < runs.get(i).count()) {
        return runs.get(i).address(offset / steps[i]);
      }
    }
    return -1;
  }
}
