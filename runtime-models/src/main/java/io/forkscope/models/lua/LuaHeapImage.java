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
  private static final int HEAP_PAGES = 18;

  /** Room for what an action writes beyond the resident pages. */
  private static final int ROOM_PAGES = 16;

  static final long DATA = 0x5600_0000_0000L;
  static final long OTHER = 0x7f10_0000_0000L;
  static final long STACK = 0x7ffc_0000_0000L;
  private static final long HEAP = 0x5610_0000_0000L;
  private static final long MAPPINGS = 0x7f00_0000_0000L;

  /** Maps and writes what is there at the start. */
  GlibcHeap lay(ProcessMemory memory, boolean chunkByChunk) {
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
            (long) HEAP_PAGES * PAGE,
            MAPPINGS,
            chunkByChunk);
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
    sink.writeRange(HEAP, (long) (HEAP_PAGES - 9) * PAGE);
  }

  /** Writes the objects that every young collection visits: the thread and the registry. */
  void touchYoung(WriteSink sink) {
    sink.writeRange(HEAP, 2L * PAGE);
  }
}
