package io.forkscope.models.redis;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pages that a server has and writes whatever it holds: its own data and its libraries', stack,
 * start-up blocks, jemalloc's caches and arenas, query and reply buffers.
 *
 * <p>Measured on redis-server 5:7.0.15-1~deb12u10 on Linux 6.18, pages by frame number: 685
 * resident with ten keys; the parent breaks 22 to 76 of them between BGSAVE and the first look, 76
 * or 77 in the end, whether it idles for five seconds or serves 20,000 GETs; the child 13 to 44
 * before it is first looked at, 24 while it saves and 8 to 11 more by its end, and adds 1 to 3.
 * With glibc's malloc both together break 20 fewer, with the arena that jemalloc makes for its
 * first block of 8 MiB (opt.oversize_threshold; a table of 2^20 keys) 20 more: an arena's pages,
 * ten of them in a block of their own. A child that compresses adds the pages of its hash table on
 * the stack: 125 and more of 128 where texts differ, 32 for those of DEBUG POPULATE, 64 for one
 * text of 100 bytes everywhere.
 */
final class RedisStart {

  /** Where the allocator's first extent lies. */
  static final long HEAP = 0x7f00_0000_0000L - (96L << 30);

  /** Address space of the heap. */
  static final long HEAP_BYTES = 64L << 30;

  /** Address space that is more than enough for everything but what commands make large. */
  private static final long LEAST_HEAP_BYTES = 256L << 20;

  /** LZF's table of 2^16 pointers: liblzf 3.6 lzfP.h, HLOG 16. */
  static final int TABLE_PAGES = 128;

  /** Of those, pages that numbers touch, in names and in the texts of DEBUG POPULATE: measured. */
  static final int DIGIT_PAGES = 32;

  private static final int PAGE = PageSize.BASE_BYTES;
  private static final long HUGE = 2L << 20;
  private static final long DATA = 0x5555_5560_0000L;
  private static final int DATA_PAGES = 275;
  private static final long BLOCKS = 0x7f20_0000_0000L;
  private static final int BLOCK_PAGES = 405;

  /** Of those, pages of the heap's extents: measured by where a heap in huge pages ended. */
  static final int HEAP_PAGES = 398;

  private static final int SAVE_PAGES = 64;
  private static final long STACK = 0x7fff_0000_0000L;
  private static final int STACK_PAGES = 5;
  private static final int STACK_RESERVE = 160;

  private static final int PARENT_FORK_BLOCKS = 18;
  private static final int PARENT_RUN_BLOCKS = 33;
  private static final int CHILD_FORK_BLOCKS = 9;
  private static final int CHILD_SAVE_BLOCKS = 19;
  private static final int CHILD_NEW_PAGES = 2;

  /** Of each arena of jemalloc: its locks are taken for the fork. */
  private static final int ARENA_PAGES = 20;

  private static final int FIRST_ARENA_BLOCK = 100;

  private RedisStart() {}

  /**
   * Address space for the heap of a scenario, all of {@link #HEAP_BYTES} where values may grow:
   * pages of a small region are noted faster. What is resident does not depend on it.
   */
  static long heapBytes(Scenario plan, List<RedisData> populations) {
    boolean grows =
        Stream.concat(plan.actions().stream(), plan.preparations().stream())
            .anyMatch(
                step ->
                    !step.argument("bytes", "").isEmpty()
                        || List.of("append", "set-range", "push", "set-new").contains(step.verb()));
    long bytes = LEAST_HEAP_BYTES;
    for (RedisData data : populations) {
      bytes += data.count() * (2 * data.dumpedBytes() + 2L * data.names().length(0) + 256);
    }
    return grows ? HEAP_BYTES : Math.min(HEAP_BYTES, (bytes + HUGE - 1) & -HUGE);
  }

  /** Maps and fills what is there before the first key. */
  static void lay(ProcessMemory memory) {
    map(memory, "redis-server and libraries", RegionKind.DATA, DATA, DATA_PAGES, DATA_PAGES);
    map(
        memory,
        "start-up blocks",
        RegionKind.ANONYMOUS,
        BLOCKS,
        BLOCK_PAGES + SAVE_PAGES,
        BLOCK_PAGES);
    map(memory, "[stack]", RegionKind.STACK, STACK, STACK_RESERVE, STACK_PAGES);
  }

  private static void map(
      ProcessMemory memory, String name, RegionKind kind, long at, int pages, int resident) {
    memory.map(Region.anonymous(name, kind, at, (long) pages * PAGE));
    memory.sink(RedisCauses.SERVER).writeRange(at, (long) resident * PAGE);
  }

  /**
   * What fork writes on one side.
   *
   * @param arenas of jemalloc; none with glibc's malloc
   */
  static void fork(ProcessMemory memory, boolean isChild, int arenas) {
    if (!isChild && arenas > 0) {
      memory
          .sink(RedisCauses.FORK)
          .writeRange(BLOCKS + (long) FIRST_ARENA_BLOCK * PAGE, (long) arenas * ARENA_PAGES * PAGE);
    }
    write(memory, isChild, BLOCKS, isChild ? CHILD_FORK_BLOCKS : PARENT_FORK_BLOCKS);
    write(memory, isChild, DATA, 3);
    write(memory, isChild, STACK, 2);
  }

  private static void write(ProcessMemory memory, boolean isChild, long at, int pages) {
    // the child's pages are mostly others than the parent's
    long from = isChild ? at + (long) (at == BLOCKS ? BLOCK_PAGES / 2 : 3) * PAGE : at;
    memory.sink(RedisCauses.FORK).writeRange(from, (long) pages * PAGE);
  }

  /** What the parent writes while it serves. */
  static void serve(ProcessMemory memory) {
    memory
        .sink(RedisCauses.SERVER)
        .writeRange(BLOCKS + (long) PARENT_FORK_BLOCKS * PAGE, (long) PARENT_RUN_BLOCKS * PAGE);
  }

  /**
   * What the child writes while it saves.
   *
   * @param tablePages of the table that compression keeps on the stack, at most {@link
   *     #TABLE_PAGES}
   */
  static void save(ProcessMemory memory, int tablePages) {
    WriteSink sink = memory.sink(RedisCauses.SAVE);
    long from = BLOCKS + (long) (BLOCK_PAGES / 2 + CHILD_FORK_BLOCKS) * PAGE;
    sink.writeRange(from, (long) CHILD_SAVE_BLOCKS * PAGE);
    sink.writeRange(BLOCKS + (long) BLOCK_PAGES * PAGE, (long) CHILD_NEW_PAGES * PAGE);
    if (tablePages > 0) {
      sink.writeRange(STACK + (long) STACK_PAGES * PAGE, (long) tablePages * PAGE);
    }
  }

  /** The child's buffer for a text that it tries to compress, on new pages of its own. */
  static void compress(ProcessMemory memory, long bytes) {
    long room = (long) (SAVE_PAGES - CHILD_NEW_PAGES) * PAGE;
    memory
        .sink(RedisCauses.SAVE)
        .writeRange(BLOCKS + (long) (BLOCK_PAGES + CHILD_NEW_PAGES) * PAGE, Math.min(bytes, room));
  }
}
