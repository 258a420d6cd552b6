package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import io.forkscope.models.PageLedger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GlibcHeapTest {

  private static final Cause TAKE = new Cause("a.take", CauseKind.ALLOCATION, "takes", "a test");
  private static final Cause GIVE = new Cause("a.give", CauseKind.DEALLOCATION, "gives", "a test");

  private final PageLedger memory = new PageLedger();
  private final GlibcHeap heap =
      GlibcHeap.of(memory, TAKE, GIVE, 0x5600_0000_0000L, 0x2a0, 0x7f00_0000_0000L, false);
  private final long base = heap.allocate(40);
  private final List<Long> offsets = new ArrayList<>();

  /** Offsets that a C program printed for the same calls: glibc 2.36 of Debian 12, x86-64. */
  @Test
  void placesBlocksWhereGlibcDid() {
    long b = take(40);
    long c = take(1000);
    take(24);
    heap.free(b, 40);
    take(40);
    heap.free(c, 1000);
    take(500);
    take(1000);
    long big = take(3000);
    take(24);
    heap.free(big, 3000);
    take(1200); // best fit: the front of what was freed
    take(1200); // the remainder
    take(100);
    long r = take(64);
    r = grow(r, 64, 5000);
    take(24); // what realloc left
    grow(r, 5000, 9000); // at the top: in place
    take(4000);

    assertThat(offsets)
        .containsExactly(
            48L, 96L, 1104L, 48L, 1136L, 96L, 1648L, 4656L, 1648L, 2864L, 4080L, 4192L, 4688L,
            4272L, 4688L, 13_696L);
  }

  /** Blocks from the threshold on are mappings, and a freed one raises the threshold. */
  @Test
  void freedMappingRaisesTheThreshold() {
    long first = heap.allocate(200_000);
    heap.free(first, 200_000);
    long second = heap.allocate(150_000);

    assertThat(first).isGreaterThan(0x7000_0000_0000L);
    assertThat(second).isLessThan(0x7000_0000_0000L);
  }

  /** One by one and by the batch are the same; the batch is what makes ten million cheap. */
  @Test
  void batchLiesWhereSingleBlocksWould() {
    PageLedger other = new PageLedger();
    GlibcHeap single = GlibcHeap.of(other, TAKE, GIVE, 0x5600_0000_0000L, 0x2a0, 1L << 46, false);
    single.allocate(40);
    BlockRuns[] batch = {new BlockRuns(), new BlockRuns()};
    heap.allocateEach(new long[] {56, 16}, 1000, batch);

    for (int i = 0; i < 1000; i++) {
      assertThat(batch[0].address(i)).isEqualTo(single.allocate(56));
      assertThat(batch[1].address(i)).isEqualTo(single.allocate(16));
    }
    assertThat(memory.resident()).isEqualTo(other.resident());
  }

  private long take(long bytes) {
    long at = heap.allocate(bytes);
    offsets.add(at - base);
    return at;
  }

  private long grow(long block, long from, long to) {
    long at = heap.reallocate(block, from, to, from);
    offsets.add(at - base);
    return at;
  }
}
