package io.forkscope.models.redis;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.HeapAllocator;
import java.util.SplittableRandom;

/**
 * The child that saves: it reads everything once, in the order of the hash table, and gives the
 * whole pages of long strings and listpacks back once it has written them.
 *
 * <p>Source: Redis 7.0.15 src/rdb.c ({@code rdbSaveDb}), src/object.c ({@code dismissObject}; the
 * nodes of a list only if they are a page long on average), src/server.c ({@code dismissMemory}:
 * only over half a page), src/zmalloc.c ({@code zmadvise_dontneed}: only whole pages of the block);
 * not with transparent huge pages.
 */
final class RedisSave {

  private static final int PAGE = PageSize.BASE_BYTES;

  private final ProcessMemory memory;
  private final long[] blocks;
  private final long[] bytes;
  private final int tablePages;
  private int saved;
  private boolean begun;

  /**
   * A save of {@code keys} as they are now.
   *
   * @param dismisses whether long values are given back
   * @param tablePages that compression touches
   */
  RedisSave(
      ProcessMemory memory,
      Keyspace keys,
      HeapAllocator heap,
      boolean dismisses,
      int tablePages,
      long seed) {
    this.memory = memory;
    this.tablePages = tablePages;
    int found = 0;
    for (int i = 0; dismisses && i < keys.count(); i++) {
      found += isLong(keys, i) ? 1 : 0;
    }
    blocks = new long[found];
    bytes = new long[found];
    SplittableRandom random = new SplittableRandom(seed);
    int at = 0;
    for (int i = 0; at < found; i++) {
      if (isLong(keys, i)) {
        // inside-out shuffle: the order of the hash table is as good as random
        int to = random.nextInt(at + 1);
        blocks[at] = blocks[to];
        bytes[at] = bytes[to];
        blocks[to] = keys.block[i];
        bytes[to] = heap.usableBytes(keys.blockBytes(i));
        at++;
      }
    }
  }

  /** Of a list, its last node counts: no command writes to the others. */
  private static boolean isLong(Keyspace keys, int key) {
    return switch (keys.encoding[key]) {
      case Keyspace.RAW -> keys.length[key] >= PAGE / 2;
      case Keyspace.HASH -> keys.length[key] > PAGE / 2;
      case Keyspace.LIST ->
          keys.length[key] > PAGE / 2
              && (keys.earlier[key] + keys.length[key]) / keys.nodes[key] >= PAGE;
      default -> false;
    };
  }

  /** Saves on until the given part of all is done. */
  void until(double ratio) {
    if (!begun) {
      begun = true;
      RedisStart.save(memory, tablePages);
      if (tablePages > 0 && bytes.length > 0) {
        RedisStart.compress(memory, bytes[0]);
      }
    }
    int end = (int) Math.min(blocks.length, Math.round(ratio * blocks.length));
    for (; saved < end; saved++) {
      long first = (blocks[saved] + PAGE - 1) & -PAGE;
      long whole = (bytes[saved] - (first - blocks[saved])) & -PAGE;
      if (whole > 0) {
        memory.dontNeed(first, whole);
      }
    }
  }
}
