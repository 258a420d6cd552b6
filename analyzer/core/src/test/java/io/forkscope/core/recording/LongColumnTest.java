package io.forkscope.core.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LongColumnTest {

  @Test
  void everyValueComesBackWhateverTheWidthOfItsBlock() {
    // Ranges around what fits a byte, a short and an int, and one that overflows a long's range.
    long[] ranges = {0, 255, 256, 65_535, 65_536, (1L << 32) - 1, 1L << 32, Long.MAX_VALUE};
    SplittableRandom random = new SplittableRandom(7);
    LongColumn column = new LongColumn();
    long[] expected = new long[ranges.length * 8192 + 5];
    for (int i = 0; i < expected.length; i++) {
      long range = ranges[Math.min(ranges.length - 1, i / 8192)];
      long base = range == Long.MAX_VALUE && random.nextBoolean() ? Long.MIN_VALUE : -7;
      expected[i] = base + (range == 0 ? 0 : random.nextLong(range));
      column.add(expected[i]);
    }

    assertThat(column.rows()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(column.get(i)).isEqualTo(expected[i]);
    }
  }
}
