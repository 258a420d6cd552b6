package io.forkscope.models.allocator;

import io.forkscope.core.memory.WriteSink;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses of equal blocks in order, kept as runs of a constant stride: ten million blocks of
 * an allocator that fills pages in order take some ten thousand runs.
 */
public final class BlockRuns {

  private long[] firsts = new long[4];
  private long[] strides = new long[4];
  private long[] starts = new long[4];
  private int runs;
  private long blocks;

  /** No blocks. */
  public BlockRuns() {}

  /** The same blocks; later ones are added to one list alone. */
  public BlockRuns(BlockRuns other) {
    firsts = other.firsts.clone();
    strides = other.strides.clone();
    starts = other.starts.clone();
    runs = other.runs;
    blocks = other.blocks;
  }

  /** How many blocks there are. */
  public long count() {
    return blocks;
  }

  /** How many runs they take. */
  public int runCount() {
    return runs;
  }

  /**
   * Appends blocks.
   *
   * @param first address of the first
   * @param stride bytes from one to the next; may be negative
   * @param count at least 0
   */
  public void add(long first, long stride, long count) {
    if (count <= 0) {
      return;
    }
    if (runs > 0 && joins(first, stride, count)) {
      blocks += count;
      return;
    }
    if (runs == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * runs);
      strides = Arrays.copyOf(strides, 2 * runs);
      starts = Arrays.copyOf(starts, 2 * runs);
    }
    firsts[runs] = first;
    strides[runs] = stride;
    starts[runs] = blocks;
    runs++;
    blocks += count;
  }

  /** Blocks join the last run only at its own stride, so that no run leaves its mapping. */
  private boolean joins(long first, long stride, long count) {
    int last = runs - 1;
    long held = blocks - starts[last];
    long wanted = count == 1 ? strides[last] : stride;
    if ((held > 1 && wanted != strides[last]) || first != firsts[last] + wanted * held) {
      return false;
    }
    strides[last] = wanted;
    return wanted != 0;
  }

  /** Appends a block; those at one distance from each other make a run. */
  public void addOne(long address) {
    int last = runs - 1;
    long before =
        blocks == 0 ? address : firsts[last] + (blocks - 1 - starts[last]) * strides[last];
    add(address, address - before, 1);
  }

  /** The first {@code some} blocks of each list, then as many more of each, and so on. */
  public static BlockRuns inTurns(List<BlockRuns> lists, long count, long some) {
    if (lists.size() == 1) {
      return lists.get(0);
    }
    BlockRuns turns = new BlockRuns();
    for (long from = 0; from < count; from += some) {
      for (BlockRuns list : lists) {
        list.forEachRun(from, Math.min(count, from + some), turns::add);
      }
    }
    return turns;
  }

  /** The address of a block, by binary search. */
  public long address(long index) {
    int run = runOf(index);
    return firsts[run] + (index - starts[run]) * strides[run];
  }

  /** Writes the first {@code bytes} of every block. */
  public void write(WriteSink sink, int bytes) {
    write(sink, 0, blocks, bytes);
  }

  /** Writes the first {@code bytes} of the blocks {@code [from, to)}. */
  public void write(WriteSink sink, long from, long to, int bytes) {
    if (from >= to) {
      return;
    }
    for (int run = runOf(from); run < runs && starts[run] < to; run++) {
      long low = Math.max(from, starts[run]);
      long high = Math.min(to, run + 1 < runs ? starts[run + 1] : blocks);
      writeRun(
          sink, firsts[run] + (low - starts[run]) * strides[run], strides[run], high - low, bytes);
    }
  }

  private static void writeRun(WriteSink sink, long first, long stride, long count, int bytes) {
    if (count == 1 || stride == 0) {
      sink.write(first, bytes);
    } else if (stride > 0) {
      sink.writeStrided(first, stride, count, bytes);
    } else {
      sink.writeStrided(first + (count - 1) * stride, -stride, count, bytes);
    }
  }

  /** Calls {@code target} for the runs of the blocks {@code [from, to)}, in order. */
  public void forEachRun(long from, long to, RunTarget target) {
    if (from >= to) {
      return;
    }
    for (int run = runOf(from); run < runs && starts[run] < to; run++) {
      long low = Math.max(from, starts[run]);
      long high = Math.min(to, run + 1 < runs ? starts[run + 1] : blocks);
      target.take(firsts[run] + (low - starts[run]) * strides[run], strides[run], high - low);
    }
  }

  /** Calls {@code target} for all runs, the last first. */
  public void forEachRunFromLast(RunTarget target) {
    for (int run = runs - 1; run >= 0; run--) {
      long end = run + 1 < runs ? starts[run + 1] : blocks;
      target.take(firsts[run], strides[run], end - starts[run]);
    }
  }

  private int runOf(long index) {
    if (index < 0 || index >= blocks) {
      throw new IllegalArgumentException("block " + index + " of " + blocks);
    }
    int at = Arrays.binarySearch(starts, 0, runs, index);
    return at >= 0 ? at : -at - 2;
  }

  /** Takes runs of blocks. */
  @FunctionalInterface
  public interface RunTarget {
    /** One run: address of its first block, bytes between blocks, and how many they are. */
    void take(long first, long stride, long count);
  }
}
