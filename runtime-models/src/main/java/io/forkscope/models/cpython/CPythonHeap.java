package io.forkscope.models.cpython;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.allocator.GlibcFreed;
import io.forkscope.models.allocator.GlibcMalloc;
import io.forkscope.models.allocator.Pymalloc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The allocators of one interpreter: pymalloc for small blocks, malloc for the rest, and the cell
 * blocks of ints and floats of 2.7. It is one class, though long, as each request asks which of
 * them serves it. Not thread-safe.
 */
final class CPythonHeap {

  /** Who serves a block. */
  enum Domain {
    /** {@code PyObject_Malloc}: pymalloc up to 512 bytes. */
    OBJECT,
    /** {@code PyMem_Malloc}: pymalloc too since 3.6 (bpo-26249), malloc in 2.7. */
    MEMORY,
    /** Ints of 2.7: 41 cells of 24 bytes in blocks of 992; Objects/intobject.c. */
    INT_CELL,
    /** Floats of 2.7, in blocks of their own; Objects/floatobject.c. */
    FLOAT_CELL;

    boolean isCell() {
      return this == INT_CELL || this == FLOAT_CELL;
    }
  }

  private static final int CELLS = 41; // N_INTOBJECTS = (1000 - 8) / 24, 2.7 Objects/intobject.c
  private static final int CELL_BYTES = 24;
  private static final int CELL_BLOCK_BYTES = 8 + CELLS * CELL_BYTES;

  /**
   * Items of lists of 2.7 that fill the small free chunks of the interpreter's own heap: 50 lists
   * of one item leave first uses 7 to 17 pages less there, and 500 as many.
   */
  private static final int SMALL_CHUNKS = 50;

  /**
   * Records of the workers are six blocks of 64 bytes, of which 3.9 has 63 a pool: in 9 of 11 runs
   * they did not begin with a pool, so one straddles the end of each, as with one slot taken. Which
   * of the six it is differs by the length of the arguments.
   */
  private static final int SERVERS_TAKEN_SLOTS = 1;

  private final CPythonVersion version;
  private final int startedArenas;
  private final int ownRoomPages;
  private final SmallBlocks blocks;
  private final Pymalloc pymalloc;
  private final GlibcMalloc malloc;
  private final GlibcFreed freed;
  private final ArrayDeque<BlockRun> freeInts;
  private final ArrayDeque<BlockRun> freeFloats;
  private final ProcessMemory memory;

  /**
   * Blocks behind the rests of tables that a list has left between the blocks of malloc it holds.
   */
  private final List<Long> holes = new ArrayList<>();

  private int ownRoomTaken;

  private long tablePages;

  private boolean roomTaken;

  private boolean smallRoomTaken;

  private final WriteSink allocation;
  private final WriteSink release;

  CPythonHeap(
      CPythonVersion version,
      StartedInterpreter started,
      SmallBlocks blocks,
      ProgramKind program,
      ProcessMemory memory) {
    this(
        version,
        started.arenas(),
        started.ownRoomPages(),
        blocks,
        new Pymalloc(
            memory,
            version.pymalloc(),
            AddressMap.ARENAS,
            AddressMap.ARENAS_END,
            started.sparePools(),
            program.isAlone() ? 0 : SERVERS_TAKEN_SLOTS),
        new GlibcMalloc(
            memory,
            AddressMap.HEAP,
            AddressMap.HEAP_END,
            AddressMap.MAPPINGS,
            started.growthSlackKib() << 10),
        new GlibcFreed(),
        new ArrayDeque<>(),
        new ArrayDeque<>(),
        memory);
    if (program.isAlone()) {
      started.freeBlocks().forEach(free -> free.load(pymalloc));
    }
  }

  private CPythonHeap(
      CPythonVersion version,
      int startedArenas,
      int ownRoomPages,
      SmallBlocks blocks,
      Pymalloc pymalloc,
      GlibcMalloc malloc,
      GlibcFreed freed,
      ArrayDeque<BlockRun> freeInts,
      ArrayDeque<BlockRun> freeFloats,
      ProcessMemory memory) {
    this.version = version;
    this.startedArenas = startedArenas;
    this.ownRoomPages = ownRoomPages;
    this.blocks = blocks;
    this.pymalloc = pymalloc;
    this.malloc = malloc;
    this.freed = freed;
    this.freeInts = freeInts;
    this.freeFloats = freeFloats;
    this.memory = memory;
    this.allocation = memory.sink(CPythonCauses.ALLOCATION);
    this.release = memory.sink(CPythonCauses.RELEASE);
  }

  CPythonHeap fork(ProcessMemory child) {
    CPythonHeap forked =
        new CPythonHeap(
            version,
            startedArenas,
            ownRoomPages,
            blocks,
            pymalloc.fork(),
            malloc.fork(),
            freed.fork(),
            new ArrayDeque<>(freeInts),
            new ArrayDeque<>(freeFloats),
            child);
    forked.roomTaken = roomTaken;
    forked.smallRoomTaken = smallRoomTaken;
    forked.holes.addAll(holes);
    forked.ownRoomTaken = ownRoomTaken;
    forked.tablePages = tablePages;
    return forked;
  }

  private ArrayDeque<BlockRun> freeCells(Domain domain) {
    return domain == Domain.INT_CELL ? freeInts : freeFloats;
  }

  /** Who serves the objects of a type that 2.7 keeps in cells. */
  Domain scalars(boolean floats) {
    if (version != CPythonVersion.V2_7) {
      return Domain.OBJECT;
    }
    return floats ? Domain.FLOAT_CELL : Domain.INT_CELL;
  }

  /**
   * Whether a block that is cut keeps its place and what was cut off stays free: glibc's realloc
   * splits the chunk, and the rest lies in a bin of its size. pymalloc moves it to a smaller block.
   */
  boolean cutsInPlace() {
    return blocks == SmallBlocks.MALLOC;
  }

  /** Whether malloc serves a block, or the block of cells that holds it. */
  boolean fromMalloc(Domain domain, long bytes) {
    return domain.isCell() || !small(domain, bytes);
  }

  /** The bytes from which a request goes to malloc. */
  private boolean small(Domain domain, long bytes) {
    boolean pooled = domain == Domain.OBJECT || version != CPythonVersion.V2_7;
    return pooled && blocks == SmallBlocks.PYMALLOC && bytes <= pymalloc.geometry().largestBytes();
  }

  /** The domain whose pools serve a request: small blocks of every domain share them. */
  Domain poolsOf(Domain domain, long bytes) {
    return !domain.isCell() && small(domain, bytes) ? Domain.OBJECT : domain;
  }

  /** Bytes of the block that serves a request: requests of equal blocks share pools. */
  long blockBytes(Domain domain, long bytes) {
    if (domain.isCell()) {
      return CELL_BYTES;
    }
    return small(domain, bytes)
        ? pymalloc.geometry().blockBytes(Math.toIntExact(bytes))
        : GlibcMalloc.chunkBytes(bytes);
  }

  /** Takes {@code count} blocks and writes {@code bytes} into each. */
  List<BlockRun> allocate(Domain domain, long bytes, long count) {
    if (count == 0) {
      return List.of();
    }
    List<BlockRun> runs;
    if (domain.isCell()) {
      runs = cells(domain, count);
    } else if (small(domain, bytes)) {
      runs = pymalloc.allocate(allocation, Math.toIntExact(bytes), count);
    } else {
      roomTaken = true;
      takeSmallRoom(domain, count);
      fillDropped(Math.multiplyExact(bytes, count));
      runs = List.of(malloc.allocate(allocation, bytes, count));
    }
    for (BlockRun run : runs) {
      run.write(allocation, 0, Math.toIntExact(bytes));
    }
    return runs;
  }

  /**
   * Takes so many small blocks of a first use, as far as there are holes for them. The pages of
   * those that the interpreter had free at its start were measured with the first use.
   */
  void fillHoles(int bytes, long count) {
    WriteSink sink = memory.sink(CPythonCauses.FIRST_USE);
    pymalloc.fillHoles(sink, bytes, count).forEach(run -> run.write(sink, 0, bytes));
  }

  /**
   * Blocks of malloc that the elements of a population take in turn: of 41 elements first the
   * blocks of cells, then the chunks. Free cells are left as they are.
   *
   * @param requests of one element; all are served by malloc
   * @return the blocks of each request, one an element
   */
  List<BlockRun> allocateInTurn(List<Request> requests, long elements) {
    long period = 0;
    for (Request request : requests) {
      period += bytesInPeriod(request);
    }
    roomTaken = true;
    requests.forEach(request -> takeSmallRoom(request.domain, elements));
    long periods = (elements + CELLS - 1) / CELLS;
    long base = malloc.extend(Math.multiplyExact(period, periods));
    allocation.writeRange(base, period * periods);
    List<BlockRun> runs = new ArrayList<>();
    long offset = 0;
    for (Request request : requests) {
      int header =
          Math.toIntExact(offset) + GlibcMalloc.HEADER_BYTES + (request.domain.isCell() ? 8 : 0);
      int bytes = Math.toIntExact(blockBytes(request.domain, request.bytes));
      runs.add(new BlockRun(base, period, header, bytes, CELLS, 0, 1, elements));
      offset += bytesInPeriod(request);
    }
    return runs;
  }

  private void takeSmallRoom(Domain domain, long blocks) {
    smallRoomTaken |=
        version == CPythonVersion.V2_7 && domain == Domain.MEMORY && blocks >= SMALL_CHUNKS;
  }

  private long bytesInPeriod(Request request) {
    return request.domain.isCell()
        ? GlibcMalloc.chunkBytes(CELL_BLOCK_BYTES)
        : CELLS * GlibcMalloc.chunkBytes(request.bytes);
  }

  /** A block that is asked for. */
  record Request(Domain domain, long bytes) {}

  private List<BlockRun> cells(Domain domain, long count) {
    ArrayDeque<BlockRun> freeCells = freeCells(domain);
    List<BlockRun> runs = new ArrayList<>();
    long left = count;
    while (left > 0 && !freeCells.isEmpty()) {
      BlockRun free = freeCells.removeFirst();
      long taken = Math.min(left, free.count());
      runs.add(free.part(0, taken, 1));
      if (taken < free.count()) {
        freeCells.addFirst(free.part(taken, free.count(), 1));
      }
      left -= taken;
    }
    if (left > 0) {
      roomTaken = true;
      long blocks = (left + CELLS - 1) / CELLS;
      BlockRun chunks = malloc.allocate(allocation, CELL_BLOCK_BYTES, blocks);
      BlockRun all =
          new BlockRun(
              chunks.base(),
              chunks.blockBytes(),
              GlibcMalloc.HEADER_BYTES + 8,
              CELL_BYTES,
              CELLS,
              0,
              1,
              blocks * CELLS);
      all.write(allocation, 0, CELL_BYTES); // the free list is threaded through a new block
      runs.add(all.part(0, left, 1));
      if (left < all.count()) {
        freeCells.addFirst(all.part(left, all.count(), 1));
      }
    }
    return runs;
  }

  /** Frees blocks among others that stay. */
  void release(Domain domain, BlockRun run) {
    if (domain.isCell()) {
      run.write(release, 8, Long.BYTES); // ob_type links free cells: 2.7 Objects/intobject.c
      freeCells(domain).addFirst(run);
    } else if (!isFromMalloc(run)) {
      pymalloc.release(release, run);
    } else {
      releaseToMalloc(List.of(run));
    }
  }

  private void releaseToMalloc(List<BlockRun> turns) {
    turns.forEach(
        run -> run.write(release, -GlibcMalloc.HEADER_BYTES, 2 * GlibcMalloc.HEADER_BYTES));
    freed.addAll(turns);
  }

  /** Writes so much of the room that dropped blocks have left side by side. */
  void fillDropped(long bytes) {
    freed.takeJoined(allocation, bytes);
  }

  /** Takes and drops a block of malloc that is large enough to make it sort what was freed. */
  void sortFreed() {
    freed.sort(release);
  }

  /** The same by so many blocks that nothing is left. */
  void sortAllFreed(Cause cause) {
    while (!freed.isSorted()) {
      freed.sort(memory.sink(cause));
    }
  }

  /** Takes sorted blocks of malloc in place of so many pages at the heap's top. */
  void fillFreed(int pages) {
    freed.takeSorted(memory.sink(CPythonCauses.FIRST_USE), pages);
  }

  /** Writes freed blocks among others that requests of so many bytes take for a while. */
  void refill(long bytes, long count) {
    if (!small(Domain.OBJECT, bytes)) {
      freed.takeHoles(allocation, GlibcMalloc.chunkBytes(bytes), count);
    }
  }

  /** The address of the pool that holds a block. */
  long poolOf(long block) {
    return Math.floorDiv(block, version.pymalloc().poolBytes()) * version.pymalloc().poolBytes();
  }

  /** Says that a block stays taken when all around it is released. */
  void pin(long block) {
    pymalloc.pin(block);
  }

  /** Says that the arena from which a pool was taken last stays: others take the next ones. */
  void pinLastPool() {
    pin(endOfPools() - 1);
    pin(endOfPools() - 1 - version.pymalloc().poolBytes()); // it is far from empty
  }

  private static boolean isFromMalloc(BlockRun run) {
    return run.base() >= AddressMap.HEAP && run.base() < AddressMap.HEAP_END;
  }

  /** Frees every block of runs that take turns, with whatever pools and arenas become empty. */
  void releaseAll(Domain domain, List<BlockRun> turns) {
    if (domain.isCell()) {
      turns.forEach(run -> release(domain, run));
    } else if (isFromMalloc(turns.get(0))) {
      releaseToMalloc(turns);
    } else {
      pymalloc.releaseAll(memory, release, turns);
    }
  }

  /** Takes a table and writes it full; {@code grown} if it came to its size by realloc. */
  GlibcMalloc.Block table(long bytes, long writtenBytes, boolean grown) {
    if (bytes >= GlibcFreed.LARGE_BYTES) {
      sortFreed();
    }
    GlibcMalloc.Block block =
        grown
            ? malloc.grow(memory, allocation, bytes, roomTaken)
            : malloc.allocate(memory, allocation, bytes);
    if (writtenBytes > 0) {
      allocation.writeRange(block.address(), writtenBytes);
    }
    tablePages = Math.max(tablePages, bytes / PageSize.BASE_BYTES);
    if (!block.mapped() && fitsOwnRoom(bytes)) {
      ownRoomTaken += Math.toIntExact(bytes / PageSize.BASE_BYTES);
    }
    return block;
  }

  /** Whether a table of so many bytes fits into what is left of the interpreter's own free room. */
  boolean fitsOwnRoom(long bytes) {
    return bytes <= (long) (ownRoomPages - ownRoomTaken) * PageSize.BASE_BYTES;
  }

  /** A mapping that the kernel was asked for, written full. */
  GlibcMalloc.Block mapping(long bytes) {
    GlibcMalloc.Block block = malloc.map(memory, allocation, bytes);
    allocation.writeRange(block.address(), bytes);
    return block;
  }

  /** The end of the pools that were ever taken. */
  long endOfPools() {
    return pymalloc.endOfPools();
  }

  /** The end of what malloc has taken of the heap. */
  long endOfHeap() {
    return malloc.extend(0);
  }

  /** Where the arena begins of which {@code arenas} came before, those of the start among them. */
  long arenaStart(long arenas) {
    return pymalloc.arenaStart(arenas - startedArenas);
  }

  /** Notes that a list has left so many bytes, or {@code besides} what it leaves at the top. */
  void leaveHole(long bytes, boolean besides) {
    if (ownRoomPages > 0) {
      ownRoomTaken = 0; // it has grown through that room first
    } else {
      malloc.leaveHole(allocation, bytes, besides);
    }
  }

  /** Notes that what earlier blocks of malloc have filled lies below what comes now. */
  void beginPopulation() {
    roomTaken = false;
  }

  /** Whether blocks of malloc fill what a list that grows beside them leaves in the heap. */
  boolean isRoomTaken() {
    return roomTaken;
  }

  /** Whether small blocks of malloc have filled the small free chunks of the heap. */
  boolean isSmallRoomTaken() {
    return smallRoomTaken;
  }

  /** Whether a table of so many bytes gets a mapping of its own at once. */
  boolean mapsAtOnce(long bytes) {
    return malloc.maps(bytes);
  }

  /** Notes that tables up to malloc's threshold were made and freed one after the other. */
  void leaveTop() {
    malloc.leaveTop(allocation);
  }

  /** Notes that smaller tables of a set have left so many pages free at the top of the heap. */
  void leaveTop(int pages) {
    malloc.leaveTop(allocation, (long) pages * PageSize.BASE_BYTES);
  }

  /**
   * Notes that a table was freed below another, and the room that was taken before it: first uses
   * take its pages.
   */
  void leaveTable(long writtenBytes, int roomTakenBefore) {
    if (ownRoomTaken > roomTakenBefore) {
      ownRoomTaken = roomTakenBefore;
    } else {
      leaveTop(Math.toIntExact(writtenBytes / PageSize.BASE_BYTES));
    }
  }

  /** Pages of the interpreter's own free room that tables have taken: those that fit. */
  int ownRoomTaken() {
    return ownRoomTaken;
  }

  /** Pages of the largest table so far. */
  long tablePages() {
    return tablePages;
  }

  /**
   * Notes that a list left a table just before a block that malloc serves. Blocks of its elements
   * fill it, but for a rest that is smaller than they are.
   */
  void leaveHole(long block) {
    if (block >= AddressMap.HEAP && block < AddressMap.HEAP_END) {
      holes.add(block);
    }
  }

  /** Fills that many of the holes, of which the first block was too large for the last bytes. */
  void useHoles(int most) {
    for (long block : holes.subList(0, Math.min(most, holes.size()))) {
      release.write(block - 2 * GlibcMalloc.HEADER_BYTES, GlibcMalloc.HEADER_BYTES);
    }
  }

  /** Whether a table of so many bytes gets a mapping of its own when it has grown to them. */
  boolean maps(long bytes) {
    return malloc.mapsGrown(bytes);
  }

  /** Writes what an earlier block that grew has left free at the top of the heap. */
  void reuseTop() {
    malloc.reuseTop(allocation);
  }

  /** The same, up to so many pages; says how many it wrote. */
  int reuseTop(int pages) {
    return malloc.reuseTop(allocation, pages);
  }

  /** Takes that many of the pages that an earlier block has left free at the top of the heap. */
  void takeTop(int pages) {
    malloc.takeTop(pages);
  }

  void releaseTable(GlibcMalloc.Block block) {
    malloc.release(memory, release, block);
  }

  /** Grows a table that fills its mapping. */
  GlibcMalloc.Block moveTable(GlibcMalloc.Block block, long bytes) {
    return malloc.move(memory, allocation, block, bytes);
  }

  GlibcMalloc.Block shrinkTable(GlibcMalloc.Block block, long bytes) {
    return malloc.shrink(memory, block, bytes);
  }
}
