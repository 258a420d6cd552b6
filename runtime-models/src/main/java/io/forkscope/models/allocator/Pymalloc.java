package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

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

  /** From here on arenas hold nothing but what this allocator was asked for. */
  private long ownArenas;

  /** Pools below this one hold blocks that were free at the start. */
  private long loadedEnd;

  private final int takenSlots;
  private final SizeClass[] classes;
  private final ArrayDeque<BlockRun> freePools = new ArrayDeque<>();
  private final TreeSet<Long> pinnedPools = new TreeSet<>();
  private long nextPool;

  /** What a size class has to give before it needs a new pool. */
  private static final class SizeClass {
    final ArrayDeque<BlockRun> holes = new ArrayDeque<>();
    long pool;
    long nextSlot;
    long slots;

    /** The newest pool, or -1 if all of its slots were taken. */
    long lastPool(BlockRun any) {
      return nextSlot < slots ? pool + (slots - 1) / any.slotsPerPool() * any.poolBytes() : -1;
    }

    /** Free slots of a pool: its holes, and what it has not handed out yet. */
    long freeIn(long poolAddress, BlockRun any) {
      long free = poolAddress == lastPool(any) ? slots - nextSlot : 0;
      for (BlockRun hole : holes) {
        free += hole.isWithin(poolAddress) ? hole.count() : 0;
      }
      return free;
    }

    /** Hands out nothing of a pool any more. */
    void forget(long poolAddress, BlockRun any) {
      holes.removeIf(hole -> hole.isWithin(poolAddress));
      if (poolAddress == lastPool(any)) {
        nextSlot = slots;
      }
    }

    /**
     * Runs that take turns in the slots of the same pools, with the holes that take the other
     * turns, as one run without steps, as far as all reach; the holes are handed out no more.
     * Nothing if a turn is missing.
     */
    Optional<BlockRun> withHolesBetween(List<BlockRun> turns) {
      BlockRun first = turns.get(0);
      List<BlockRun> between = holes.stream().filter(first::sharesSlotsWith).toList();
      List<BlockRun> all = Stream.concat(turns.stream(), between.stream()).toList();
      long step = first.slotStep();
      if (all.stream().mapToLong(run -> run.firstSlot() % step).distinct().count() != step
          || all.size() != step) {
        return Optional.empty();
      }
      holes.removeAll(between);
      long from = all.stream().mapToLong(BlockRun::firstSlot).max().orElse(0) - step + 1;
      long end = all.stream().mapToLong(BlockRun::lastSlot).min().orElse(-1) + step;
      return Optional.of(first.dense(Math.max(0, from), Math.max(0, end - Math.max(0, from))));
    }

    /** Notes blocks of a run that lie before or behind what all runs reach. */
    void keepHolesOutside(BlockRun reached, BlockRun run) {
      long before = Math.max(0, reached.firstSlot() - run.firstSlot() + run.slotStep() - 1);
      long end = Math.max(0, reached.lastSlot() - run.firstSlot() + run.slotStep());
      for (BlockRun outside :
          List.of(
              run.part(0, Math.min(run.count(), before / run.slotStep()), 1),
              run.part(Math.min(run.count(), end / run.slotStep()), run.count(), 1))) {
        if (outside.count() > 0) {
          holes.addFirst(outside);
        }
      }
    }

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
   * @param areaStart where its first arena will lie
   * @param areaEnd the address that no arena may pass
   * @param sparePools how many pools come first from arenas that hold other blocks too, and so
   *     never go back to the kernel
   * @param takenSlots of the first pool of each size class that hold blocks of others
   */
  public Pymalloc(
      ProcessMemory memory,
      PymallocGeometry geometry,
      long areaStart,
      long areaEnd,
      int sparePools,
      int takenSlots) {
    memory.map(
        Region.anonymous("pymalloc arenas", RegionKind.ANONYMOUS, areaStart, areaEnd - areaStart));
    this.geometry = geometry;
    this.areaEnd = areaEnd;
    this.takenSlots = takenSlots;
    this.classes = new SizeClass[geometry.largestBytes() / geometry.alignmentBytes() + 1];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = new SizeClass();
    }
    this.nextPool = areaStart;
    this.ownArenas = areaStart + (long) sparePools * geometry.poolBytes();
  }

  private Pymalloc(Pymalloc other) {
    geometry = other.geometry;
    areaEnd = other.areaEnd;
    takenSlots = other.takenSlots;
    ownArenas = other.ownArenas;
    loadedEnd = other.loadedEnd;
    classes = new SizeClass[other.classes.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = other.classes[i].copy();
    }
    freePools.addAll(other.freePools);
    pinnedPools.addAll(other.pinnedPools);
    nextPool = other.nextPool;
  }

  /**
   * Loads free blocks of pools that hold others too, and so are never given back; before any other
   * block is taken. Assumes that they lie side by side.
   *
   * @param blockBytes of their size class
   */
  public void loadFree(int blockBytes, long count) {
    long perPool = geometry.blocksPerPool(blockBytes);
    long base = nextPool;
    long poolBytes = (count + perPool - 1) / perPool * geometry.poolBytes();
    nextPool += poolBytes;
    ownArenas += poolBytes;
    loadedEnd = nextPool;
    classes[blockBytes / geometry.alignmentBytes()].holes.add(slots(blockBytes, base, 0, count));
  }

  /** The allocator's state as a forked child has it. */
  public Pymalloc fork() {
    return new Pymalloc(this);
  }

  /** The sizes in use. */
  public PymallocGeometry geometry() {
    return geometry;
  }

  /** The end of the pools that were ever taken. */
  public long endOfPools() {
    return nextPool;
  }

  /** Where the arena that comes after {@code arenas} of its own begins. */
  public long arenaStart(long arenas) {
    return ownArenas + geometry.bytesOf(arenas);
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

  /**
   * As {@link #allocate}, of as many blocks as there are holes for. Those that were free at the
   * start are taken, but are not among the runs.
   */
  public List<BlockRun> fillHoles(WriteSink sink, int bytes, long count) {
    List<BlockRun> runs = new ArrayList<>();
    takeHoles(classes[geometry.blockBytes(bytes) / geometry.alignmentBytes()], runs, count);
    runs.removeIf(run -> run.base() < loadedEnd);
    runs.forEach(run -> run.writePoolHeaders(sink));
    return runs;
  }

  /** Fills holes pool by pool: of runs that take turns in the same pools equal parts. */
  private static long takeHoles(SizeClass sizeClass, List<BlockRun> runs, long count) {
    long left = count;
    while (left > 0 && !sizeClass.holes.isEmpty()) {
      BlockRun first = sizeClass.holes.getFirst();
      List<BlockRun> turns = sizeClass.holes.stream().filter(first::sharesSlotsWith).toList();
      sizeClass.holes.removeAll(turns);
      long share = (left + turns.size() - 1) / turns.size();
      for (BlockRun holes : turns) {
        long taken = Math.min(left, Math.min(share, holes.count()));
        if (taken > 0) {
          runs.add(holes.part(0, taken, 1));
        }
        if (taken < holes.count()) {
          sizeClass.holes.addFirst(holes.part(taken, holes.count(), 1));
        }
        left -= taken;
      }
    }
    return left;
  }

  /** Takes as many pools as the blocks need and contiguous pools allow; returns blocks taken. */
  private long takePools(SizeClass sizeClass, int blockBytes, long blocks, List<BlockRun> runs) {
    int perPool = geometry.blocksPerPool(blockBytes);
    long taken = sizeClass.slots == 0 ? takenSlots : 0;
    long pools = (taken + blocks + perPool - 1) / perPool;
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
    sizeClass.nextSlot = Math.min(taken + blocks, sizeClass.slots);
    runs.add(slots(blockBytes, base, taken, sizeClass.nextSlot - taken));
    return sizeClass.nextSlot - taken;
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
   * Frees every block of runs that take turns in the slots of the same pools. Pools that become
   * empty go back to their arenas, and arenas that become empty to the kernel; blocks of pools that
   * keep others stay as holes.
   *
   * @param turns at least one run
   */
  public void releaseAll(ProcessMemory memory, WriteSink sink, List<BlockRun> turns) {
    if (turns.get(0).count() == 0) {
      return;
    }
    SizeClass sizeClass = classes[turns.get(0).blockBytes() / geometry.alignmentBytes()];
    Optional<BlockRun> whole = sizeClass.withHolesBetween(turns);
    if (whole.isEmpty()) {
      if (turns.size() == 1) {
        release(sink, turns.get(0));
        giveBackIfEmpty(memory, sizeClass, turns.get(0), 0);
        giveBackIfEmpty(memory, sizeClass, turns.get(0), turns.get(0).count() - 1);
      } else {
        turns.forEach(run -> releaseAll(memory, sink, List.of(run)));
      }
      return;
    }
    for (BlockRun run : turns) {
      run.write(sink, 0, Long.BYTES);
      run.writePoolHeaders(sink);
    }
    BlockRun freed = whole.get();
    turns.forEach(run -> sizeClass.keepHolesOutside(freed, run));
    long perPool = freed.slotsPerPool();
    long end = freed.firstSlot() + freed.count();
    long firstWhole = (freed.firstSlot() + perPool - 1) / perPool;
    long endWhole = end / perPool;
    if (endWhole < firstWhole) {
      releasePart(memory, sizeClass, freed);
      return;
    }
    releasePart(memory, sizeClass, freed.part(0, firstWhole * perPool - freed.firstSlot(), 1));
    releasePart(
        memory, sizeClass, freed.part(endWhole * perPool - freed.firstSlot(), freed.count(), 1));
    giveBack(
        memory,
        freed.base() + firstWhole * freed.poolBytes(),
        freed.base() + endWhole * freed.poolBytes());
  }

  /** Frees a part of one pool, and the pool if nothing else is left in it. */
  private void releasePart(ProcessMemory memory, SizeClass sizeClass, BlockRun part) {
    if (part.count() == 0) {
      return;
    }
    sizeClass.holes.addFirst(part);
    giveBackIfEmpty(memory, sizeClass, part, 0);
  }

  /** Gives the pool of a freed block back if nothing else is left in it. */
  private void giveBackIfEmpty(
      ProcessMemory memory, SizeClass sizeClass, BlockRun freed, long index) {
    long pool = freed.poolOf(index);
    if (sizeClass.freeIn(pool, freed) == freed.slotsPerPool()) {
      sizeClass.forget(pool, freed);
      giveBack(memory, pool, pool + freed.poolBytes());
    }
  }

  /**
   * Says that a block stays taken when all around it is released: its pool, and so its arena, are
   * not given back from now on.
   *
   * @param block its address
   */
  public void pin(long block) {
    pinnedPools.add(block / geometry.poolBytes() * geometry.poolBytes());
  }

  /** Gives pools back, but those that are pinned. */
  private void giveBack(ProcessMemory memory, long start, long end) {
    long from = start;
    for (Long pinned = pinnedPools.ceiling(from);
        pinned != null && pinned < end;
        pinned = pinnedPools.ceiling(from)) {
      if (pinned > from) {
        giveBackFree(memory, from, pinned);
      }
      from = pinned + geometry.poolBytes();
    }
    if (from < end) {
      giveBackFree(memory, from, end);
    }
  }

  /** Joins free pools with their neighbours and unmaps the arenas that are free as a whole. */
  private void giveBackFree(ProcessMemory memory, long start, long end) {
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
    long firstArena = Math.max(ownArenas, arenaFrom(from));
    // Pools that an arena has not handed out yet are free too.
    boolean last = to == nextPool;
    long endArena = last ? arenaFrom(to) : arenaUpTo(to);
    if (endArena <= firstArena) {
      addFreePools(from, to);
      return;
    }
    if (geometry.keepsEmptyArena()) {
      // The one that is empty first stays: lists drop their last elements first.
      if (last) {
        unmapEmptyArena(memory);
        endArena = arenaUpTo(endArena - 1);
      } else if (!isAlmostEmptyArenaBeside(endArena, to)) {
        endArena = arenaUpTo(endArena - 1);
      }
    }
    if (endArena > firstArena) {
      memory.unmap(firstArena, endArena - firstArena);
    }
    nextPool = Math.max(nextPool, endArena);
    addFreePools(from, firstArena);
    addFreePools(endArena, to);
  }

  /** The first arena of this allocator's own that begins at an address or after it. */
  private long arenaFrom(long address) {
    return address <= ownArenas
        ? ownArenas
        : arenaStart(geometry.arenasWithin(address - ownArenas - 1) + 1);
  }

  /** The last arena of this allocator's own that begins at an address or before it. */
  private long arenaUpTo(long address) {
    return arenaStart(geometry.arenasWithin(Math.max(0, address - ownArenas)));
  }

  /**
   * Whether an arena has all but one of its pools free, counting those between two addresses: in
   * the list of arenas it then comes behind the one that is about to be empty, which may go.
   * Source: Objects/obmalloc.c, insert_to_freepool ({@code nf == ao->ntotalpools &&
   * ao->nextarena}), where an arena moves behind those with as many free pools only after that was
   * asked.
   */
  private boolean isAlmostEmptyArenaBeside(long from, long to) {
    Map<Long, Long> freeBytes = new HashMap<>();
    addByArena(freeBytes, from, to);
    addByArena(freeBytes, nextPool, arenaFrom(nextPool)); // not handed out yet
    for (BlockRun free : freePools) {
      addByArena(freeBytes, free.base(), free.base() + free.count() * geometry.poolBytes());
    }
    return freeBytes.entrySet().stream()
        .anyMatch(
            arena ->
                arena.getValue() + geometry.poolBytes()
                    >= arenaFrom(arena.getKey() + 1) - arena.getKey());
  }

  private void addByArena(Map<Long, Long> bytes, long from, long to) {
    for (long at = Math.max(ownArenas, from); at < to; ) {
      long next = Math.min(to, arenaFrom(at + 1));
      bytes.merge(arenaUpTo(at), next - at, Long::sum);
      at = next;
    }
  }

  /** An arena whose pools are all free; negative if there is none. */
  private long emptyArena() {
    for (BlockRun free : freePools) {
      long start = Math.max(ownArenas, arenaFrom(free.base()));
      long end = free.base() + free.count() * geometry.poolBytes();
      end = end == nextPool ? arenaFrom(end) : end;
      if (arenaFrom(start + 1) <= end) {
        return start;
      }
    }
    return -1;
  }

  private void unmapEmptyArena(ProcessMemory memory) {
    long empty = emptyArena();
    if (empty < 0) {
      return;
    }
    for (BlockRun free : List.copyOf(freePools)) {
      long end = free.base() + free.count() * geometry.poolBytes();
      if (free.base() <= empty && empty < end) {
        freePools.remove(free);
        addFreePools(free.base(), empty);
        addFreePools(arenaFrom(empty + 1), end);
      }
    }
    memory.unmap(empty, arenaFrom(empty + 1) - empty);
  }

  private void addFreePools(long start, long end) {
    if (end > start) {
      freePools.addFirst(pools(start, (end - start) / geometry.poolBytes()));
    }
  }
}
