package io.forkscope.models.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkBordersTest {

  private static final long START = 0x5555_0000_0000L;
  private static final long FAR = START + (1L << 20); // beyond the pages that are there at first

  private final ChunkBorders borders = new ChunkBorders(START);

  @Test
  void knowsAChunkByBothOfItsEnds() {
    borders.put(0, START + 64, FAR);

    assertThat(borders.startingAt(START + 64)).isZero();
    assertThat(borders.endingAt(FAR)).isZero();
    assertThat(borders.endingAt(START + 64)).isEqualTo(-1);
    assertThat(borders.startingAt(FAR)).isEqualTo(-1);

    borders.remove(START + 64, FAR);

    assertThat(borders.startingAt(START + 64)).isEqualTo(-1);
    assertThat(borders.endingAt(FAR)).isEqualTo(-1);
  }

  @Test
  void knowsNothingOutsideTheHeap() {
    assertThat(borders.startingAt(START - 16)).isEqualTo(-1);
    assertThat(borders.endingAt(START + (1L << 40))).isEqualTo(-1);
  }

  @Test
  void keepsParentAndChildApartAfterAFork() {
    borders.put(3, START + 16, START + 48);
    ChunkBorders child = new ChunkBorders(borders);

    child.remove(START + 16, START + 48);
    borders.put(4, START + 96, START + 128);

    assertThat(borders.startingAt(START + 16)).isEqualTo(3);
    assertThat(child.startingAt(START + 16)).isEqualTo(-1);
    assertThat(borders.endingAt(START + 128)).isEqualTo(4);
    assertThat(child.endingAt(START + 128)).isEqualTo(-1);
  }
}
