package io.forkscope.models.allocator;

import io.forkscope.core.memory.WriteSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Equal blocks in the order in which an allocator hands them out: slots {@code firstSlot, firstSlot
 * + slotStep, …} of consecutive pools. Slot {@code s} lies at {@code base + (s / slotsPerPool) *
 * poolBytes + headerBytes + (s % slotsPerPool) * blockBytes}.
 *
 * @param base address of the first pool
 * @param poolBytes bytes from one pool to the next
 * @param headerBytes bytes before the first slot of each pool
 * @param blockBytes bytes of one slot
 * @param slotsPerPool slots of one pool, at least 1
 * @param firstSlot slot of block 0, counted from the first pool
 * @param slotStep slots from one block to the next, at least 1
 * @param count how many blocks, at least 0
 */
public record BlockRun(
    long base,
    long poolBytes,
    int headerBytes,
    int blockBytes,
    long slotsPerPool,
    long firstSlot,
    long slotStep,
    long count) {

  /** Checks bounds. */
  public BlockRun {
    if (slotsPerPool < 1 || slotStep < 1 || count < 0 || firstSlot < 0 || blockBytes < 1) {
      throw new IllegalArgumentException(
          "not a run of blocks: slots per pool " + slotsPerPool + ", step " + slotStep);
    }
  }

  /** The address of block {@code index}, 0 to {@code count - 1}. */
  public long address(long index) {
    long slot = firstSlot + index * slotStep;
    return base + slot / slotsPerPool * poolBytes + headerBytes + slot % slotsPerPool * blockBytes;
  }

  /** The address of the pool that holds block {@code index}. */
  long poolOf(long index) {
    return base + (firstSlot + index * slotStep) / slotsPerPool * poolBytes;
  }

  /** The slot of the last block. */
  long lastSlot() {
    return firstSlot + (count - 1) * slotStep;
  }

  /** Whether all blocks lie in the pool at an address. */
  boolean isWithin(long pool) {
    return count > 0 && address(0) >= pool && address(count - 1) < pool + poolBytes;
  }

  /** The blocks {@code from, from + every, …} below {@code to} as a run of their own. */
  public BlockRun part(long from, long to, long every) {
    long blocks = to <= from ? 0 : (to - from + every - 1) / every;
    return new BlockRun(
        base,
        poolBytes,
        headerBytes,
        blockBytes,
        slotsPerPool,
        firstSlot + from * slotStep,
        slotStep * every,
        blocks);
  }

  /**
   * Writes {@code bytes} bytes at {@code offset} in every block.
   *
   * <p>Cost: one strided write a pool, however many blocks it holds.
   */
  public void write(WriteSink sink, int offset, int bytes) {
    long done = 0;
    while (done < count) {
      long slot = firstSlot + done * slotStep;
      long inPool = slot % slotsPerPool;
      long here = Math.min(count - done, (slotsPerPool - inPool + slotStep - 1) / slotStep);
      long first = base + slot / slotsPerPool * poolBytes + headerBytes + inPool * blockBytes;
      if (here == 1) {
        sink.write(first + offset, bytes);
      } else {
        sink.writeStrided(first + offset, slotStep * blockBytes, here, bytes);
      }
      done += here;
    }
  }

  /** Writes the header of every pool that holds a block of the run, as freeing its blocks does. */
  public void writePoolHeaders(WriteSink sink) {
    if (count == 0 || headerBytes == 0) {
      return;
    }
    long firstPool = firstSlot / slotsPerPool;
    long lastPool = (firstSlot + (count - 1) * slotStep) / slotsPerPool;
    long poolStep = Math.max(1, slotStep / slotsPerPool);
    sink.writeStrided(
        base + firstPool * poolBytes,
        poolStep * poolBytes,
        (lastPool - firstPool) / poolStep + 1,
        headerBytes);
  }

  /** The end of the last pool that the run reaches. */
  public long endOfPools() {
    return count == 0
        ? base
        : base + ((firstSlot + (count - 1) * slotStep) / slotsPerPool + 1) * poolBytes;
  }

  /** Groups runs that take turns in the slots of one allocation, each by its first slot. */
  public static List<List<BlockRun>> turns(List<BlockRun> runs) {
    List<BlockRun> left = new ArrayList<>(runs);
    List<List<BlockRun>> grouped = new ArrayList<>();
    while (!left.isEmpty()) {
      BlockRun first = left.get(0);
      List<BlockRun> turns =
          left.stream()
              .filter(first::sharesSlotsWith)
              .sorted(Comparator.comparingLong(BlockRun::firstSlot))
              .toList();
      left.removeAll(turns);
      grouped.add(turns);
    }
    return grouped;
  }

  /** Whether two runs take turns in the slots of the same pools. */
  boolean sharesSlotsWith(BlockRun other) {
    return base == other.base
        && headerBytes == other.headerBytes
        && blockBytes == other.blockBytes
        && slotStep == other.slotStep
        && Math.abs(firstSlot - other.firstSlot) < slotStep;
  }

  /** The slots of the same pools from one on. */
  BlockRun dense(long from, long blocks) {
    return new BlockRun(base, poolBytes, headerBytes, blockBytes, slotsPerPool, from, 1, blocks);
  }
}
