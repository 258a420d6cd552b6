package io.forkscope.models.perl;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.MeasuredRows;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The memory of a perl 5.36 process when its script begins: counts of pages by mapping. Measured:
 * perl 5.36.0 of Debian 12, a script of some fifty lines with strict, warnings and POSIX, in an
 * environment of 38 variables.
 */
final class PerlImage {

  static final int PAGE = 4096;

  /** Resident private pages of perl's and its libraries' data and bss. Measured. */
  private static final int DATA_PAGES = 50;

  /** Resident pages of anonymous mappings. Measured. */
  private static final int OTHER_PAGES = 4;

  /** Resident pages of the C stack. Measured. */
  private static final int STACK_PAGES = 6;

  /** Pages of the C heap that the interpreter and the compiled script take. Measured. */
  private static final int HEAP_PAGES = 486;

  static final long HEAP_BYTES = (long) HEAP_PAGES * PAGE;

  /** Pages at its end that are free again: above the top chunk's start. Measured. */
  private static final int FREE_TOP_PAGES = 2;

  /** Pages that the C heap has got from the kernel. Measured. */
  private static final int BRK_PAGES = 506;

  private static final int ROOM_PAGES = 64;

  /** What lies between free chunks of a page. Assumed. */
  private static final int APART_BYTES = 32;

  static final long DATA = 0x5600_0000_0000L;
  static final long OTHER = 0x7f10_0000_0000L;
  static final long STACK = 0x7ffc_0000_0000L;
  static final long HEAP = 0x5610_0000_0000L;

  /** What a real run has told of. */
  static final long TOLD = 0x6800_0000_0000L;

  private static final long MAPPINGS = 0x7f00_0000_0000L;

  private PerlImage() {}

  /** Maps and writes what is there at the start. */
  static GlibcHeap lay(ProcessMemory memory, boolean chunkByChunk) {
    resident(memory, "perl and library data", RegionKind.DATA, DATA, DATA_PAGES);
    resident(memory, "anonymous", RegionKind.ANONYMOUS, OTHER, OTHER_PAGES);
    resident(memory, "[stack]", RegionKind.STACK, STACK, STACK_PAGES);
    GlibcHeap malloc =
        GlibcHeap.of(
            memory,
            PerlCauses.ALLOCATION,
            PerlCauses.FREE,
            HEAP,
            (long) (HEAP_PAGES - FREE_TOP_PAGES) * PAGE,
            MAPPINGS,
            chunkByChunk);
    malloc.loadEnd(HEAP + (long) BRK_PAGES * PAGE);
    memory.sink(PerlCauses.STARTUP).writeRange(HEAP, HEAP_BYTES);
    return malloc;
  }

  /**
   * Free slots and chunks lie scattered over the interpreter's own pages: {@code start-5.36.tsv}.
   */
  static void addFreeSlots(PerlHeap heap) {
    long[] used = new long[HEAP_PAGES];
    for (String[] row : MeasuredRows.read(PerlImage.class, "start-5.36.tsv", "\t")) {
      List<String> places = Arrays.asList(row[1].split(" ", -1));
      Collections.reverse(places); // what comes last is taken first
      for (String place : places) {
        int star = place.indexOf('*');
        int page = Integer.parseInt(place, 0, star, 10);
        int count = Integer.parseInt(place, star + 1, place.length(), 10);
        if (Character.isUpperCase(row[0].charAt(0))) {
          heap.addFree(PerlHeap.Slot.valueOf(row[0]), HEAP + (long) page * PAGE, count);
        } else {
          for (int i = 0; i < count; i++) {
            addChunk(heap.malloc(), row[0], page, used);
          }
        }
      }
    }
  }

  private static void addChunk(GlibcHeap malloc, String row, int page, long[] used) {
    int bytes = Integer.parseInt(row.substring(row.indexOf(' ') + 1));
    long at = HEAP + (long) page * PAGE + used[page];
    used[page] += bytes + APART_BYTES; // neighbours would have been joined
    if (row.startsWith("cached")) {
      malloc.loadCached(at, bytes);
    } else {
      malloc.loadFree(at, bytes);
    }
  }

  private static void resident(
      ProcessMemory memory, String name, RegionKind kind, long at, int pages) {
    memory.map(Region.anonymous(name, kind, at, (long) PAGE * (pages + ROOM_PAGES)));
    memory.sink(PerlCauses.STARTUP).writeRange(at, (long) PAGE * pages);
  }
}
