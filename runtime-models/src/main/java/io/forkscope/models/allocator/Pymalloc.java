package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * CPython's allocator of small blocks. Each size class fills the holes of its partly used pools
 * first, then the rest of its newest pool, then new pools. New pools come one after the other from
 * arenas that lie one after the other.
 *
 * <p>Populations are placed a size class at a time, so pools of a class are contiguous where the
 * real allocator interleaves them with those of other classes. Pages are the same: a pool is a
 * whole number of pages, and holds one class only.
 *
 * <p>Source: Objects/obmalloc.c, CPython 2.7 to 3.13. Not thread-safe.
 */
public final class Pymalloc {

  private final PymallocGeometry geometry;
  private final long areaEnd;
  private final SizeClass[] classes;
  private final ArrayDeque<BlockRun> freePools = new ArrayDeque<>();
  private long nextPool;

  /** What a size class has to give before it needs a new pool. */
  private static final class SizeClass {
    final ArrayDeque<BlockRun> holes = new ArrayDeque<>();
    long pool;
    long nextSlot;
    long slots;

    SizeClass copy() {
      SizeClass copy = new SizeClass();
      copy.holes.addAll(holes);
      copy.pool = pool;
      copy.nextSlot = nextSlot;
      copy.slots = slots;
      return copy;
    }
  }

  /**
   * An allocator without arenas. All of the area is mapped, so that no run of blocks spans two
   * regions; only what is written becomes resident.
   *
   * @param areaStart where its first arena will lie, aligned to an arena
   * @param areaEnd the address that no arena may pass
   */
  public Pymalloc(ProcessMemory memory, PymallocGeometry geometry, long areaStart, long areaEnd) {
    if (areaStart % geometry.arenaBytes() != 0) {
      throw new IllegalArgumentException(
          "arena area is not aligned: 0x" + Long.toHexString(areaStart));
    }
    memory.map(
        Region.anonymous("pymalloc arenas", RegionKind.ANONYMOUS, areaStart, areaEnd - areaStart));
    this.geometry = geometry;
    this.areaEnd = areaEnd;
    this.classes = new SizeClass[geometry.largestBytes() / geometry.alignmentBytes() + 1];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = new SizeClass();
    }
    this.nextPool = areaStart;
  }

  private Pymalloc(Pymalloc other) {
    geometry = other.geometry;
    areaEnd = other.areaEnd;
    classes = new SizeClass[other.classes.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = other.classes[i].copy();
    }
    freePools.addAll(other.freePools);
    nextPool = other.nextPool;
  }

  /** The allocator's state as a forked child has it. */
  public Pymalloc fork() {
    return new Pymalloc(this);
  }

  /** The sizes in use. */
  public PymallocGeometry geometry() {
    return geometry;
  }

  /**
   * Takes blocks; the caller writes what it puts into them. Pool headers are written here.
   *
   * @param bytes of one request, at most {@link PymallocGeometry#largestBytes}
   * @param count how many, at least 0
   * @param sink where the allocator's own writes go
   * @return runs that hold {@code count} blocks together, in the order they are handed out
   */
  public List<BlockRun> allocate(WriteSink sink, int bytes, long count) {
    int blockBytes = geometry.blockBytes(bytes);
    SizeClass sizeClass = classes[blockBytes / geometry.alignmentBytes()];
    List<BlockRun> runs = new ArrayList<>(2);
    long left = takeHoles(sizeClass, runs, count);
    long rest = Math.min(left, sizeClass.slots - sizeClass.nextSlot);
    if (rest > 0) {
      runs.add(slots(blockBytes, sizeClass.pool, sizeClass.nextSlot, rest));
      sizeClass.nextSlot += rest;
      left -= rest;
    }
    while (left > 0) {
      left -= takePools(sizeClass, blockBytes, left, runs);
    }
    for (BlockRun run : runs) {
      run.writePoolHeaders(sink);
    }
    return runs;
  }

  private static long takeHoles(SizeClass sizeClass, List<BlockRun> runs, long count) {
    long left = count;
    while (left > 0 && !sizeClass.holes.isEmpty()) {
      BlockRun holes = sizeClass.holes.removeFirst();
      long taken = Math.min(left, holes.count());
      runs.add(holes.part(0, taken, 1));
      if (taken < holes.count()) {
        sizeClass.holes.addFirst(holes.part(taken, holes.count(), 1));
      }
      left -= taken;
    }
    return left;
  }

  /** Takes as many pools as the blocks need and contiguous pools allow; returns blocks taken. */
  private long takePools(SizeClass sizeClass, int blockBytes, long blocks, List<BlockRun> runs) {
    int perPool = geometry.blocksPerPool(blockBytes);
    long pools = (blocks + perPool - 1) / perPool;
    long base;
    if (freePools.isEmpty()) {
      base = nextPool;
      grow(pools);
    } else {
      BlockRun free = freePools.removeFirst();
      pools = Math.min(pools, free.count());
      base = free.base();
      if (pools < free.count()) {
        freePools.addFirst(pools(base + pools * geometry.poolBytes(), free.count() - pools));
      }
    }
    sizeClass.pool = base;
    sizeClass.slots = pools * perPool;
    sizeClass.nextSlot = Math.min(blocks, sizeClass.slots);
    runs.add(slots(blockBytes, base, 0, sizeClass.nextSlot));
    return sizeClass.nextSlot;
  }

  private void grow(long pools) {
    long end = Math.addExact(nextPool, Math.multiplyExact(pools, (long) geometry.poolBytes()));
    if (end > areaEnd) {
      throw new IllegalArgumentException(
          "the scenario needs more small objects than an address space holds");
    }
    nextPool = end;
  }

  private BlockRun slots(int blockBytes, long base, long first, long count) {
    return new BlockRun(
        base,
        geometry.poolBytes(),
        geometry.poolHeaderBytes(),
        blockBytes,
        geometry.blocksPerPool(blockBytes),
        first,
        1,
        count);
  }

  private BlockRun pools(long base, long count) {
    return new BlockRun(base, geometry.poolBytes(), 0, geometry.poolBytes(), 1, 0, 1, count);
  }

  /**
   * Frees some blocks of pools that keep others: threads the free list through them and writes
   * their pools' headers. The holes are the first that later allocations of the class fill.
   */
  public void release(WriteSink sink, BlockRun blocks) {
    if (blocks.count() == 0) {
      return;
    }
    blocks.write(sink, 0, Long.BYTES);
    blocks.writePoolHeaders(sink);
    classes[blocks.blockBytes() / geometry.alignmentBytes()].holes.addFirst(blocks);
  }

  /**
   * Frees every block of a dense run. Pools that become empty go back to their arenas, and arenas
   * that become empty to the kernel; blocks of pools at the run's ends stay as holes.
   */
  public void releaseAll(ProcessMemory memory, WriteSink sink, BlockRun blocks) {
    if (blocks.count() == 0) {
      return;
    }
    long perPool = blocks.slotsPerPool();
    long firstWhole = (blocks.firstSlot() + perPool - 1) / perPool;
    long endWhole = (blocks.firstSlot() + blocks.count()) / perPool;
    if (blocks.slotStep() != 1 || endWhole <= firstWhole) {
      release(sink, blocks);
      return;
    }
    blocks.write(sink, 0, Long.BYTES);
    blocks.writePoolHeaders(sink);
    SizeClass sizeClass = classes[blocks.blockBytes() / geometry.alignmentBytes()];
    long head = firstWhole * perPool - blocks.firstSlot();
    long tail = endWhole * perPool - blocks.firstSlot();
    if (head > 0) {
      sizeClass.holes.addFirst(blocks.part(0, head, 1));
    }
    if (tail < blocks.count()) {
      sizeClass.holes.addFirst(blocks.part(tail, blocks.count(), 1));
    }
    giveBack(
        memory,
        blocks.base() + firstWhole * blocks.poolBytes(),
        blocks.base() + endWhole * blocks.poolBytes());
  }

  /** Joins free pools with their neighbours and unmaps the arenas that are free as a whole. */
  private void giveBack(ProcessMemory memory, long start, long end) {
    long from = start;
    long to = end;
    for (Iterator<BlockRun> free = freePools.iterator(); free.hasNext(); ) {
      BlockRun run = free.next();
      long runEnd = run.base() + run.count() * geometry.poolBytes();
      if (run.base() == to || runEnd == from) {
        from = Math.min(from, run.base());
        to = Math.max(to, runEnd);
        free.remove();
      }
    }
    long arena = geometry.arenaBytes();
    long firstArena = (from + arena - 1) / arena * arena;
    long endArena = to / arena * arena;
    if (endArena <= firstArena) {
      addFreePools(from, to);
      return;
    }
    memory.unmap(firstArena, endArena - firstArena);
    addFreePools(from, firstArena);
    addFreePools(endArena, to);
  }

  private void addFreePools(long start, long end) {
    if (end > start) {
      freePools.addFirst(pools(start, (end - start) / geometry.poolBytes()));
    }
  }
}
