package io.forkscope.models.perl;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcHeap;

/**
 * The memory of a perl 5.36 process when its script begins: counts of pages by mapping. Measured:
 * perl 5.36.0 of Debian 12, a script of some fifty lines with strict, warnings and POSIX.
 */
final class PerlImage {

  static final int PAGE = 4096;

  /** Resident private pages of perl's and its libraries' data and bss. Measured. */
  private static final int DATA_PAGES = 49;

  /** Resident pages of anonymous mappings. Measured. */
  private static final int OTHER_PAGES = 4;

  /** Resident pages of the C stack. Measured. */
  private static final int STACK_PAGES = 7;

  /** Pages of the C heap that the interpreter and the compiled script take. Measured. */
  private static final int HEAP_PAGES = 476;

  /** Pages at its end that are free again. Assumed; an allocation in a script without data fits. */
  private static final int FREE_TOP_PAGES = 14;

  private static final int ROOM_PAGES = 64;

  static final long DATA = 0x5600_0000_0000L;
  static final long OTHER = 0x7f10_0000_0000L;
  static final long STACK = 0x7ffc_0000_0000L;
  static final long HEAP = 0x5610_0000_0000L;
  private static final long MAPPINGS = 0x7f00_0000_0000L;

  private PerlImage() {}

  /** Maps and writes what is there at the start. */
  static GlibcHeap lay(ProcessMemory memory, boolean chunkByChunk) {
    resident(memory, "perl and library data", RegionKind.DATA, DATA, DATA_PAGES);
    resident(memory, "anonymous", RegionKind.ANONYMOUS, OTHER, OTHER_PAGES);
    resident(memory, "[stack]", RegionKind.STACK, STACK, STACK_PAGES);
    GlibcHeap malloc =
        new GlibcHeap(
            memory,
            PerlCauses.ALLOCATION,
            PerlCauses.FREE,
            HEAP,
            (long) (HEAP_PAGES - FREE_TOP_PAGES) * PAGE,
            MAPPINGS,
            chunkByChunk);
    memory.sink(PerlCauses.STARTUP).writeRange(HEAP, (long) HEAP_PAGES * PAGE);
    return malloc;
  }

  /**
   * Free slots and chunks lie scattered over the interpreter's own pages. Measured: how many pages
   * more than its own objects' a list of copies writes, one of numbers that become texts, and new
   * strings.
   */
  static void addFreeSlots(PerlHeap heap) {
    heap.malloc().addFree(HEAP + 110L * PAGE, PAGE, 13, 32);
    heap.malloc().addFree(HEAP + 140L * PAGE, PAGE, 5, 48);
    heap.malloc().addFree(HEAP + 150L * PAGE, PAGE, 4, 64);
    heap.addFree(PerlHeap.Slot.HEAD, HEAP + 60L * PAGE, 6);
    heap.addFree(PerlHeap.Slot.PV, HEAP + 70L * PAGE, 12);
    heap.addFree(PerlHeap.Slot.PVIV, HEAP + 84L * PAGE, 11);
    heap.addFree(PerlHeap.Slot.PVNV, HEAP + 96L * PAGE, 9);
  }

  private static void resident(
      ProcessMemory memory, String name, RegionKind kind, long at, int pages) {
    memory.map(Region.anonymous(name, kind, at, (long) PAGE * (pages + ROOM_PAGES)));
    memory.sink(PerlCauses.STARTUP).writeRange(at, (long) PAGE * pages);
  }
}
