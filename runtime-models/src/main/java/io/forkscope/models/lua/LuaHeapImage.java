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
  private static final int HEAP_PAGES = 16;

  static final long HEAP_BYTES = (long) HEAP_PAGES * PAGE;

  /** Of those, pages whose objects a full collection writes. Measured. */
  private static final int OBJECT_PAGES = 15;

  /** Of those, pages that whoever acts has written before its first mark. Measured. */
  private static final int[] FORK_PAGES = {0, 5, 7, 9, 10, 11, 12};

  /** Pages whose objects every young collection writes: the thread and the registry. Measured. */
  private static final int[] YOUNG_PAGES = {0, 4, 8, 14};

  /** Room for what an action writes beyond the resident pages. */
  private static final int ROOM_PAGES = 16;

  static final long DATA = 0x5600_0000_0000L;
  static final long OTHER = 0x7f10_0000_0000L;
  static final long STACK = 0x7ffc_0000_0000L;
  static final long HEAP = 0x5610_0000_0000L;
  private static final long MAPPINGS = 0x7f00_0000_0000L;

  /** What a real run has told of. */
  static final long TOLD = 0x6800_0000_0000L;

  /**
   * The table of short strings, what lies free below the top, and the top: chunks by their offsets
   * from the heap's start. Read from the chunks of the shared harness's script when its build
   * begins; those of the programs that are written for {@code validate} lie some hundred bytes off.
   */
  private static final int STRING_TABLE_AT = 0xb5f0;

  private static final int[][] HOLES = {{0x43f0, 448}, {0x7a60, 880}};
  private static final int TOP = 0xcb60;

  /** Where the table of short strings is. */
  static final long STRING_TABLE = HEAP + 16 + STRING_TABLE_AT;

  private long garbage;

  /** Maps and writes what is there at the start. */
  GlibcHeap lay(ProcessMemory memory, boolean chunkByChunk, long garbageBytes) {
    WriteSink startup = memory.sink(LuaCauses.STARTUP);
    resident(memory, "lua and library data", RegionKind.DATA, DATA, DATA_PAGES);
    resident(memory, "anonymous", RegionKind.ANONYMOUS, OTHER, OTHER_PAGES);
    resident(memory, "[stack]", RegionKind.STACK, STACK, STACK_PAGES);
    GlibcHeap heap =
        GlibcHeap.of(
            memory, LuaCauses.ALLOCATION, LuaCauses.FREE, HEAP, TOP, MAPPINGS, chunkByChunk);
    garbage = garbageBytes == 0 ? 0 : heap.allocate(garbageBytes);
    for (int[] hole : HOLES) {
      heap.loadFree(HEAP + hole[0], hole[1]);
    }
    startup.writeRange(HEAP, HEAP_BYTES);
    return heap;
  }

  /** What loading has left, for the first collection. */
  long garbage() {
    return garbage;
  }

  private static void resident(
      ProcessMemory memory, String name, RegionKind kind, long at, int pages) {
    memory.map(Region.anonymous(name, kind, at, (long) PAGE * (pages + ROOM_PAGES)));
    memory.sink(LuaCauses.STARTUP).writeRange(at, (long) PAGE * pages);
  }

  /**
   * Writes what whoever acts writes before its first mark: its stack, its calls and their names.
   */
  static void touchForked(WriteSink sink) {
    touch(FORK_PAGES, sink);
  }

  /**
   * Writes the headers of the interpreter's own objects, and what a collection writes beside them.
   */
  void touch(WriteSink sink) {
    touchNames(sink);
    touchBeside(sink);
  }

  /** Writes the headers of the interpreter's own names, which lie on all its pages. */
  static void touchNames(WriteSink sink) {
    sink.writeRange(HEAP, (long) OBJECT_PAGES * PAGE);
  }

  /** Writes the objects that every young collection visits. */
  void touchYoung(WriteSink sink) {
    touch(YOUNG_PAGES, sink);
    touchBeside(sink);
  }

  private static void touch(int[] pages, WriteSink sink) {
    for (int page : pages) {
      sink.write(HEAP + (long) page * PAGE, 8);
    }
  }

  /**
   * A page of the C stack and one of malloc's own. Measured: both, with no object of the script.
   */
  private static void touchBeside(WriteSink sink) {
    sink.write(STACK + PAGE, 8);
    sink.write(DATA + 8L * PAGE, 8);
  }
}
