package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.allocator.GlibcMalloc;
import io.forkscope.models.allocator.Pymalloc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The allocators of one interpreter: pymalloc for small blocks, malloc for the rest, and the cell
 * blocks of ints and floats of 2.7. Not thread-safe.
 */
final class CPythonHeap {

  /** Who serves a block. */
  enum Domain {
    /** {@code PyObject_Malloc}: pymalloc up to 512 bytes. */
    OBJECT,
    /** {@code PyMem_Malloc}: pymalloc too since 3.6 (bpo-26249), malloc in 2.7. */
    MEMORY,
    /** Ints and floats of 2.7: 41 cells of 24 bytes in blocks of 992; Objects/intobject.c. */
    CELL
  }

  private static final int CELLS = 41; // N_INTOBJECTS = (1000 - 8) / 24, 2.7 Objects/intobject.c
  private static final int CELL_BYTES = 24;
  private static final int CELL_BLOCK_BYTES = 8 + CELLS * CELL_BYTES;

  private final CPythonVersion version;
  private final Pymalloc pymalloc;
  private final GlibcMalloc malloc;
  private final ArrayDeque<BlockRun> freeCells;
  private final ProcessMemory memory;
  private final WriteSink allocation;
  private final WriteSink release;

  CPythonHeap(CPythonVersion version, ProcessMemory memory) {
    this(
        version,
        new Pymalloc(memory, version.pymalloc(), AddressMap.ARENAS, AddressMap.ARENAS_END),
        new GlibcMalloc(memory, AddressMap.HEAP, AddressMap.HEAP_END, AddressMap.MAPPINGS),
        new ArrayDeque<>(),
        memory);
  }

  private CPythonHeap(
      CPythonVersion version,
      Pymalloc pymalloc,
      GlibcMalloc malloc,
      ArrayDeque<BlockRun> freeCells,
      ProcessMemory memory) {
    this.version = version;
    this.pymalloc = pymalloc;
    this.malloc = malloc;
    this.freeCells = freeCells;
    this.memory = memory;
    this.allocation = memory.sink(CPythonCauses.ALLOCATION);
    this.release = memory.sink(CPythonCauses.RELEASE);
  }

  CPythonHeap fork(ProcessMemory child) {
    return new CPythonHeap(
        version, pymalloc.fork(), malloc.fork(), new ArrayDeque<>(freeCells), child);
  }

  /** The bytes from which a request goes to malloc. */
  private boolean small(Domain domain, long bytes) {
    boolean pooled = domain == Domain.OBJECT || version != CPythonVersion.V2_7;
    return pooled && bytes <= pymalloc.geometry().largestBytes();
  }

  /** The domain whose pools serve a request: small blocks of every domain share them. */
  Domain poolsOf(Domain domain, long bytes) {
    return domain != Domain.CELL && small(domain, bytes) ? Domain.OBJECT : domain;
  }

  /** Bytes of the block that serves a request: requests of equal blocks share pools. */
  long blockBytes(Domain domain, long bytes) {
    if (domain == Domain.CELL) {
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
    if (domain == Domain.CELL) {
      runs = cells(count);
    } else if (small(domain, bytes)) {
      runs = pymalloc.allocate(allocation, Math.toIntExact(bytes), count);
    } else {
      runs = List.of(malloc.allocate(allocation, bytes, count));
    }
    for (BlockRun run : runs) {
      run.write(allocation, 0, Math.toIntExact(bytes));
    }
    return runs;
  }

  private List<BlockRun> cells(long count) {
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
    if (domain == Domain.CELL) {
      run.write(release, 8, Long.BYTES); // ob_type links free cells: 2.7 Objects/intobject.c
      freeCells.addFirst(run);
    } else if (small(domain, run.blockBytes()) && run.headerBytes() != GlibcMalloc.HEADER_BYTES) {
      pymalloc.release(release, run);
    } else {
      run.write(release, -GlibcMalloc.HEADER_BYTES, 2 * GlibcMalloc.HEADER_BYTES);
    }
  }

  /** Frees every block of a run, with whatever pools and arenas become empty. */
  void releaseAll(Domain domain, BlockRun run) {
    if (domain != Domain.CELL
        && small(domain, run.blockBytes())
        && run.headerBytes() != GlibcMalloc.HEADER_BYTES) {
      pymalloc.releaseAll(memory, release, run);
    } else {
      release(domain, run);
    }
  }

  /** Takes a table and writes it full; {@code grown} if it came to its size by realloc. */
  GlibcMalloc.Block table(long bytes, long writtenBytes, boolean grown) {
    GlibcMalloc.Block block =
        grown ? malloc.grow(memory, allocation, bytes) : malloc.allocate(memory, allocation, bytes);
    if (writtenBytes > 0) {
      allocation.writeRange(block.address(), writtenBytes);
    }
    return block;
  }

  /** Writes what an earlier block that grew has left free at the top of the heap. */
  void reuseTop() {
    malloc.reuseTop(allocation);
  }

  void releaseTable(GlibcMalloc.Block block) {
    malloc.release(memory, release, block);
  }

  GlibcMalloc.Block shrinkTable(GlibcMalloc.Block block, long bytes) {
    return malloc.shrink(memory, block, bytes);
  }
}
