package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BlockRunsTest {

  @Test
  void blocksAddedOneByOneMakeRuns() {
    BlockRuns blocks = new BlockRuns();
    LongStream.of(0, 16, 32, 48, 500, 480, 460).forEach(blocks::addOne);

    assertThat(addresses(blocks)).containsExactly(0L, 16L, 32L, 48L, 500L, 480L, 460L);
    assertThat(blocks.runCount()).isLessThan(5);
  }

  @Test
  void listsTakeTurnsSomeBlocksAtATime() {
    BlockRuns low = new BlockRuns();
    low.add(0, 16, 5);
    BlockRuns high = new BlockRuns();
    high.add(1000, 16, 3);
    high.add(2000, 16, 2);

    assertThat(addresses(BlockRuns.inTurns(List.of(low, high), 5, 2)))
        .containsExactly(0L, 16L, 1000L, 1016L, 32L, 48L, 1032L, 2000L, 64L, 2016L);
    assertThat(BlockRuns.inTurns(List.of(), 5, 2).count()).isZero();
  }

  private static List<Long> addresses(BlockRuns blocks) {
    return LongStream.range(0, blocks.count()).mapToObj(blocks::address).toList();
  }
}
