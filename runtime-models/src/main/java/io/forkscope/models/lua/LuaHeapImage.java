package io.forkscope.models.lua;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcHeap;

/**
 * The memory of a Lua 5.4 process when its script begins: counts of pages by mapping. Measured:
 * lua5.4 5.4.4 of Debian 12 with a script of some fifty lines, stopped at its first statement.
 */
final class LuaHeapImage {

  private static final int PAGE = 4096;

  /** Resident private pages of lua's and its libraries' data and bss. Measured. */
  private static final int DATA_PAGES = 36;

  /** Resident pages of anonymous mappings. Measured. */
  private static final int OTHER_PAGES = 4;

  /** Resident pages of the C stack. Measured. */
  private static final int STACK_PAGES = 5;

  /** Pages of the C heap that the interpreter's own objects take. Measured. */
  private static final int HEAP_PAGES = 20;

  /** Of those, pages whose objects a full collection writes. Measured. */
  private static final int OBJECT_PAGES = 9;

  /** Room for what an action writes beyond the resident pages. */
  private static final int ROOM_PAGES = 16;

  static final long DATA = 0x5600_0000_0000L;
  static final long OTHER = 0x7f10_0000_0000L;
  static final long STACK = 0x7ffc_0000_0000L;
  private static final long HEAP = 0x5610_0000_0000L;
  private static final long MAPPINGS = 0x7f00_0000_0000L;

  /**
   * The table of short strings, what lies free below the top, and the top: chunks by their offsets
   * from the heap's start. Read from the chunks of six processes when their build begins; offsets
   * differ by some hundred bytes from program to program. Thirteen programs told how far a larger
   * {@link LuaCollector#START_BYTES} has moved the last hole's end and the top since.
   */
  private static final int SMALL_TABLE_AT = 0x3da0;

  private static final int[][] SMALL_TABLE_HOLES = {{0xb1a0, 18_224}};
  private static final int SMALL_TABLE_TOP = 0x14000;
  private static final int LARGE_TABLE_AT = 0xbfb0;
  private static final int[][] LARGE_TABLE_HOLES = {
    {SMALL_TABLE_AT, 2064}, {0xb380, 3120}, {0xcfc0, 15_632}
  };
  private static final int LARGE_TABLE_TOP = 0x14b70;

  /** Where the table of short strings is when it has {@code buckets} chains. */
  static long stringTable(long buckets) {
    return HEAP + 16 + (isSmall(buckets) ? SMALL_TABLE_AT : LARGE_TABLE_AT);
  }

  private static boolean isSmall(long buckets) {
    return buckets <= LuaStringTable.START_BUCKETS;
  }

  /** Maps and writes what is there at the start. */
  GlibcHeap lay(ProcessMemory memory, boolean chunkByChunk, long buckets) {
    WriteSink startup = memory.sink(LuaCauses.STARTUP);
    resident(memory, "lua and library data", RegionKind.DATA, DATA, DATA_PAGES);
    resident(memory, "anonymous", RegionKind.ANONYMOUS, OTHER, OTHER_PAGES);
    resident(memory, "[stack]", RegionKind.STACK, STACK, STACK_PAGES);
    GlibcHeap heap =
        new GlibcHeap(
            memory,
            LuaCauses.ALLOCATION,
            LuaCauses.FREE,
            HEAP,
            isSmall(buckets) ? SMALL_TABLE_TOP : LARGE_TABLE_TOP,
            MAPPINGS,
            chunkByChunk);
    for (int[] hole : isSmall(buckets) ? SMALL_TABLE_HOLES : LARGE_TABLE_HOLES) {
      heap.loadFree(HEAP + hole[0], hole[1]);
    }
    startup.writeRange(HEAP, (long) HEAP_PAGES * PAGE);
    return heap;
  }

  private static void resident(
      ProcessMemory memory, String name, RegionKind kind, long at, int pages) {
    memory.map(Region.anonymous(name, kind, at, (long) PAGE * (pages + ROOM_PAGES)));
    memory.sink(LuaCauses.STARTUP).writeRange(at, (long) PAGE * pages);
  }

  /** Writes the headers of the interpreter's own objects. */
  void touch(WriteSink sink) {
    sink.writeRange(HEAP, (long) OBJECT_PAGES * PAGE);
  }

  /** Writes the objects that every young collection visits: the thread and the registry. */
  void touchYoung(WriteSink sink) {
    sink.writeRange(HEAP, 2L * PAGE);
  }
}
