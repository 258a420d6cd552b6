package io.forkscope.models.php;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.ZendMemory;

/**
 * The memory of a PHP 8.2 process when its script begins. Measured: php8.2-cli 8.2.36 of Debian 12
 * with a script that Forkscope generated for one population, stopped before it builds; the page
 * map, the residency and the free lists were read from the main chunk, the rest are counts by
 * mapping. Of eight such scripts the first free page at the end was 144 to 161, and 147 here.
 */
final class PhpStartup {

  /** Resident private pages of php's and its libraries' data and bss. Measured. */
  private static final int DATA_PAGES = 439;

  /** Resident pages of the C heap. Measured. */
  private static final int BRK_PAGES = 461;

  /** Resident pages of mappings that are neither Zend's nor the C heap. Measured. */
  private static final int OTHER_PAGES = 64;

  /**
   * Private pages more with opcache, whose own memory is shared for good. Measured: 3 to 21 with
   * scripts of some hundred lines.
   */
  private static final int OPCACHE_PAGES = 14;

  /** Resident pages of the C stack. Measured. */
  private static final int STACK_PAGES = 8;

  static final long DATA = 0x5600_0000_0000L;
  static final long BRK = 0x5610_0000_0000L;
  static final long OTHER = 0x7f10_0000_0000L;
  static final long STACK = 0x7ffc_0000_0000L;

  /**
   * The VM stack and the object store in the main chunk: large runs of 64 and 2 pages. Measured.
   */
  static final long VM_STACK = ZendMemory.mainChunkPage(20);

  static final long OBJECT_STORE = ZendMemory.mainChunkPage(84);

  /** Room for what an action writes beyond {@link #STACK_PAGES}; never resident at the fork. */
  private static final int STACK_ROOM_PAGES = 64;

  /** Large runs of the main chunk: first page, pages, how many of them are resident. */
  private static final int[][] LARGE = {{4, 16, 16}, {20, 64, 11}, {84, 2, 2}, {95, 10, 3}};

  /**
   * Bin runs of the main chunk: first page, pages, slot bytes, free slots at the end; of 320 bytes
   * one more than was read, as twelve counts of strided deletions say.
   */
  private static final int[][] SMALL = {
    {1, 1, 16, 249}, {2, 1, 48, 57}, {3, 1, 32, 92}, {86, 1, 112, 34}, {87, 1, 56, 47},
    {88, 5, 2560, 5}, {93, 1, 160, 20}, {94, 1, 24, 162}, {105, 1, 40, 67}, {106, 5, 320, 58},
    {111, 1, 192, 15}, {112, 1, 80, 40}, {113, 5, 640, 32}, {118, 1, 64, 62}, {119, 5, 1280, 15},
    {124, 1, 448, 8}, {125, 1, 224, 15}, {126, 1, 96, 41}, {134, 1, 128, 32}, {135, 1, 256, 15},
    {136, 1, 8, 504}, {137, 4, 2048, 8}, {141, 1, 512, 7}, {142, 3, 768, 15}, {145, 2, 896, 8}
  };

  /** Free pages of the main chunk that were used before and so are resident: first, pages. */
  private static final int[][] TOUCHED = {{127, 2}};

  /** Where objects lie that a run has told of. */
  static final long TOLD = 0x6800_0000_0000L;

  /** The main chunk's pages before the first free one, of {@link #SMALL}'s last run. Measured. */
  static final long MAIN_CHUNK_BYTES = 147 * 4096L;

  private PhpStartup() {}

  /** Maps and writes what is there at the start. */
  static ZendMemory lay(ProcessMemory memory, boolean opcache) {
    resident(memory, "php and library data", RegionKind.DATA, DATA, DATA_PAGES, DATA_PAGES);
    resident(memory, "[heap]", RegionKind.BRK_HEAP, BRK, BRK_PAGES + 64, BRK_PAGES);
    int others = OTHER_PAGES + (opcache ? OPCACHE_PAGES : 0);
    resident(memory, "anonymous", RegionKind.ANONYMOUS, OTHER, others, others);
    resident(
        memory, "[stack]", RegionKind.STACK, STACK, STACK_PAGES + STACK_ROOM_PAGES, STACK_PAGES);
    ZendMemory heap = new ZendMemory(memory, PhpCauses.ALLOCATION, PhpCauses.FREE);
    for (int[] run : LARGE) {
      heap.reserve(run[0], run[1], run[2]);
    }
    for (int[] run : SMALL) {
      heap.reserve(run[0], run[1], run[1]);
      heap.adoptRun(run[0], run[2], run[3]);
    }
    for (int[] run : TOUCHED) {
      heap.touch(run[0], run[1]);
    }
    return heap;
  }

  private static void resident(
      ProcessMemory memory, String name, RegionKind kind, long at, int pages, int resident) {
    memory.map(Region.anonymous(name, kind, at, 4096L * pages));
    memory.sink(PhpCauses.STARTUP).writeRange(at, 4096L * resident);
  }
}
