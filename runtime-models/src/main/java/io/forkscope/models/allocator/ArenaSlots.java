package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/**
 * Equal slots carved from blocks of the C heap, with one free list through all of them: last in,
 * first out, a new block when it is empty. The blocks are never given back. This is how Perl keeps
 * SV heads and bodies. Not thread-safe.
 */
public final class ArenaSlots {

  private final GlibcHeap heap;
  private final WriteSink taken;
  private final WriteSink freed;
  private final int slotBytes;
  private final int arenaBytes;
  private final int reserved;
  private final FreeSlots free;
  private long available;

  /** Whether the slots that are taken next were written when their arena was threaded. */
  private boolean justThreaded;

  /**
   * No arena yet.
   *
   * @param slotBytes of one slot
   * @param arenaBytes of one block as it is asked for
   * @param reserved slots at the start of each block that are not handed out
   */
  public ArenaSlots(
      ProcessMemory memory,
      GlibcHeap heap,
      Cause allocation,
      Cause deallocation,
      int slotBytes,
      int arenaBytes,
      int reserved) {
    this.heap = heap;
    this.taken = memory.sink(allocation);
    this.freed = memory.sink(deallocation);
    this.slotBytes = slotBytes;
    this.arenaBytes = arenaBytes;
    this.reserved = reserved;
    this.free = new FreeSlots();
  }

  /** The same arenas in a child. */
  public ArenaSlots(
      ArenaSlots parent,
      ProcessMemory childMemory,
      GlibcHeap childHeap,
      Cause allocation,
      Cause deallocation) {
    heap = childHeap;
    taken = childMemory.sink(allocation);
    freed = childMemory.sink(deallocation);
    slotBytes = parent.slotBytes;
    arenaBytes = parent.arenaBytes;
    reserved = parent.reserved;
    free = new FreeSlots(parent.free);
    available = parent.available;
  }

  /** Bytes of a slot. */
  public int slotBytes() {
    return slotBytes;
  }

  /** Slots that can be taken without a new arena. */
  public long available() {
    return available;
  }

  /** Tells of free slots that were there when the model began; taken before a new arena is. */
  public void addFree(long first, long stride, long count) {
    free.push(first, stride, count);
    available += count;
    justThreaded = false;
  }

  /** Takes slots and writes them; new arenas are taken as the free list runs out. */
  public void take(long count, BlockRuns into) {
    long left = count;
    while (left > 0) {
      if (available == 0) {
        addArena();
      }
      long here = Math.min(left, free.topCount());
      long stride = free.topStride();
      long first = free.take(here);
      into.add(first, stride, here);
      if (!justThreaded) {
        write(taken, first, stride, here);
      }
      available -= here;
      left -= here;
    }
  }

  /** Takes one slot. */
  public long takeOne() {
    BlockRuns one = new BlockRuns();
    take(1, one);
    return one.address(0);
  }

  private void addArena() {
    long arena = heap.allocate(arenaBytes);
    long slots = (long) arenaBytes / slotBytes - reserved;
    taken.writeRange(arena, (slots + reserved) * slotBytes); // the list is threaded through it
    free.push(arena + (long) reserved * slotBytes, slotBytes, slots);
    available += slots;
    justThreaded = true;
  }

  /** Gives the slots {@code [from, to)} back, in their order or from the last on. */
  public void free(BlockRuns slots, long from, long to, boolean lastFirst) {
    BlockRuns part = new BlockRuns();
    slots.forEachRun(from, to, part::add);
    part.write(freed, slotBytes);
    available += part.count();
    justThreaded = false;
    if (lastFirst) {
      part.forEachRunFromLast(free::push);
    } else {
      part.forEachRun(
          0,
          part.count(),
          (first, stride, count) -> free.push(first + (count - 1) * stride, -stride, count));
    }
  }

  private void write(WriteSink sink, long first, long stride, long count) {
    if (count == 1 || stride == 0) {
      sink.write(first, slotBytes);
    } else if (stride > 0) {
      sink.writeStrided(first, stride, count, slotBytes);
    } else {
      sink.writeStrided(first + (count - 1) * stride, -stride, count, slotBytes);
    }
  }
}
