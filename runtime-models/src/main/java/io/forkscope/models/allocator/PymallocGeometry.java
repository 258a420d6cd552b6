package io.forkscope.models.allocator;

import io.forkscope.core.memory.PageSize;

/**
 * Sizes of pymalloc.
 *
 * @param poolBytes bytes of a pool: {@code POOL_SIZE}
 * @param arenaBytes bytes of an arena: {@code ARENA_SIZE}
 * @param keepsEmptyArena whether one empty arena stays for reuse (bpo-37257, since 3.9)
 * @param poolHeaderBytes bytes of {@code struct pool_header}, rounded up: {@code POOL_OVERHEAD}
 * @param alignmentBytes step of the size classes: {@code ALIGNMENT}
 * @param largestBytes the largest request it serves: {@code SMALL_REQUEST_THRESHOLD}
 */
public record PymallocGeometry(
    int poolBytes,
    int arenaBytes,
    boolean keepsEmptyArena,
    int poolHeaderBytes,
    int alignmentBytes,
    int largestBytes) {

  /**
   * 4 KiB pools in 256 KiB arenas: CPython 2.7 to 3.8 Objects/obmalloc.c. Blocks are aligned to 16
   * bytes since 2.7.16 and 3.7.4 (bpo-27987), and in the 3.6 that pyenv builds, which it patches.
   */
  public static final PymallocGeometry SMALL_POOLS =
      new PymallocGeometry(4 << 10, 256 << 10, false, 48, 16, 512);

  /** The same, of which one empty arena stays: CPython 3.9 Objects/obmalloc.c. */
  public static final PymallocGeometry SMALL_POOLS_KEPT =
      new PymallocGeometry(4 << 10, 256 << 10, true, 48, 16, 512);

  /**
   * 16 KiB pools in 1 MiB arenas: CPython 3.10 Objects/obmalloc.c, since 3.12
   * Include/internal/pycore_obmalloc.h; USE_LARGE_POOLS.
   */
  public static final PymallocGeometry LARGE_POOLS =
      new PymallocGeometry(16 << 10, 1 << 20, true, 48, 16, 512);

  /** Arenas of which one begins where a pool may, and the others lose one. */
  private static final int ALIKE = 4;

  /** Bytes of the block that serves a request of {@code bytes}, 1 to {@link #largestBytes}. */
  public int blockBytes(int bytes) {
    if (bytes < 1 || bytes > largestBytes) {
      throw new IllegalArgumentException("pymalloc serves 1 to 512 bytes, not " + bytes);
    }
    return (bytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
  }

  /** Blocks of {@code blockBytes} in one pool. */
  public int blocksPerPool(int blockBytes) {
    return (poolBytes - poolHeaderBytes) / blockBytes;
  }

  /**
   * Bytes of the pools of the first {@code arenas} arenas. The kernel aligns an arena to a page:
   * where a pool has four, three of four arenas lose one pool ({@code new_arena}). Which do hangs
   * on the address of the first and on the mappings that a growing list leaves between them: of 124
   * arenas of 3.13 26 to 30 lost none.
   */
  long bytesOf(long arenas) {
    long lost = poolBytes > PageSize.BASE_BYTES ? arenas - arenas / ALIKE : 0;
    return arenas * arenaBytes - lost * poolBytes;
  }

  /** How many whole arenas have their pools within the first {@code bytes}. */
  long arenasWithin(long bytes) {
    long arenas = bytes / bytesOf(ALIKE) * ALIKE;
    while (bytesOf(arenas + 1) <= bytes) {
      arenas++;
    }
    return arenas;
  }
}
