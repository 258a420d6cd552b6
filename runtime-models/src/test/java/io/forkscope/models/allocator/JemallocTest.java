package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.core.memory.PageSize;
import io.forkscope.models.PageLedger;
import org.junit.jupiter.api.Test;

class JemallocTest {

  private static final Cause METADATA =
      new Cause("test.metadata", CauseKind.ALLOCATION, "The allocator's own.", "a test");
  private static final long BASE = 1L << 32;

  private final Jemalloc heap =
      new Jemalloc(new PageLedger(), METADATA, BASE, 1L << 30, PageSize.BASE_4K, 7);

  /** As malloc_usable_size of libjemalloc2 5.3.0-1 says; sz_s2u of src/sz.c. */
  @Test
  void roundsRequestsUpToTheSizeClasses() {
    long[][] known = {
      {1, 8},
      {8, 8},
      {9, 16},
      {17, 32},
      {24, 32},
      {33, 48},
      {65, 80},
      {104, 112},
      {129, 160},
      {1006, 1024},
      {1025, 1280},
      {4097, 5120},
      {14_336, 14_336},
      {14_337, 16_384},
      {20_009, 20_480},
      {32_769, 40_960},
      {1 << 20, 1 << 20},
      {(1 << 20) + 1, 1_310_720}
    };

    for (long[] pair : known) {
      assertThat(heap.usableBytes(pair[0])).as("%d", pair[0]).isEqualTo(pair[1]);
    }
  }

  /** 112 bytes: 7 pages of 256 slots; 1,024: one page of 4; 5,120: 5 pages of 4. */
  @Test
  void slabsAreTheFewestPagesWithoutRest() {
    assertThat(JemallocSizes.slabPages(JemallocSizes.index(112))).isEqualTo(7);
    assertThat(JemallocSizes.slots(JemallocSizes.index(112))).isEqualTo(256);
    assertThat(JemallocSizes.slots(JemallocSizes.index(1024))).isEqualTo(4);
    assertThat(JemallocSizes.slabPages(JemallocSizes.index(5120))).isEqualTo(5);
  }

  /** tcache_ncached_max_compute: twice the slots, within 20 and 200. */
  @Test
  void cachesHoldTwiceTheSlotsOfASlabWithinBounds() {
    assertThat(JemallocSizes.cached(JemallocSizes.index(32))).isEqualTo(200);
    assertThat(JemallocSizes.cached(JemallocSizes.index(160))).isEqualTo(200);
    assertThat(JemallocSizes.cached(JemallocSizes.index(320))).isEqualTo(128);
    assertThat(JemallocSizes.cached(JemallocSizes.index(4096))).isEqualTo(20);
    assertThat(JemallocSizes.cached(JemallocSizes.index(16_384))).isEqualTo(20);
  }

  @Test
  void roundsTakeTheBlocksThatTheirRequestsTakeOneByOne() {
    int[] passing = {24, 23, 36};
    int[] kept = {104, 16, 18, 24};
    Jemalloc together =
        new Jemalloc(new PageLedger(), METADATA, BASE, 1L << 30, PageSize.BASE_4K, 7);
    int count = 5000;
    long[][] expected = new long[kept.length][count];
    long[][] taken = new long[kept.length][count];
    for (int i = 0; i < count; i++) {
      takeRound(heap, passing, kept, expected, i);
    }

    int rounds = 0;
    for (int i = 0; i < count; ) {
      takeRound(together, passing, kept, taken, i++);
      int more = together.allocateRounds(passing, kept, count - i, taken, i);
      i += more;
      rounds += more;
    }

    assertThat(rounds).isGreaterThan(count * 9 / 10);
    assertThat(taken).isDeepEqualTo(expected);
    for (int i = 0; i < count; i++) {
      int bytes = 1 + i % 150;
      assertThat(together.allocate(bytes)).isEqualTo(heap.allocate(bytes));
    }
  }

  private static void takeRound(
      Jemalloc from, int[] passing, int[] kept, long[][] into, int round) {
    long[] blocks = new long[passing.length];
    for (int i = 0; i < passing.length; i++) {
      blocks[i] = from.allocate(passing[i]);
    }
    for (int i = 0; i < kept.length; i++) {
      into[i][round] = from.allocate(kept[i]);
    }
    for (int i = passing.length - 1; i >= 0; i--) {
      from.free(blocks[i], passing[i]);
    }
  }

  @Test
  void blocksOfOneClassFollowEachOther() {
    long first = heap.allocate(100);

    for (int i = 1; i < 90; i++) {
      assertThat(heap.allocate(100)).isEqualTo(first + 112L * i);
    }
  }

  @Test
  void theLastBlockFreedIsTheNextOneTaken() {
    heap.allocate(100);
    long one = heap.allocate(100);
    long two = heap.allocate(100);

    heap.free(one, 100);
    heap.free(two, 100);

    assertThat(heap.allocate(100)).isEqualTo(two);
    assertThat(heap.allocate(100)).isEqualTo(one);
  }

  /**
   * 4,096 bytes: one slot a slab; what the full cache returns dissolves slabs, lowest first taken.
   */
  @Test
  void pagesOfEmptySlabsAreTakenAgain() {
    long[] blocks = new long[60];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = heap.allocate(4096);
    }
    long end = blocks[blocks.length - 1] + 4096;
    for (long block : blocks) {
      heap.free(block, 4096);
    }

    for (int i = 0; i < blocks.length; i++) {
      assertThat(heap.allocate(4096)).isLessThan(end);
    }
  }

  @Test
  void aChildsHeapGoesItsOwnWay() {
    long one = heap.allocate(100);
    HeapAllocator child = heap.fork(new PageLedger());

    heap.free(one, 100);

    assertThat(child.allocate(100)).isNotEqualTo(one);
    assertThat(heap.allocate(100)).isEqualTo(one);
  }
}
