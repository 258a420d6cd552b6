package io.forkscope.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MersenneTwisterTest {

  @Test
  void theTenThousandthDrawOfTheDefaultSeedIsThatOfTheCppStandard() {
    MersenneTwister twister = new MersenneTwister(5489); // [rand.predef]/3
    IntStream.range(1, 10_000).forEach(i -> twister.next());

    assertThat(Integer.toUnsignedLong(twister.next())).isEqualTo(4_123_659_995L);
  }

  @Test
  void drawsAfterSeedingByAnArrayAreThoseOfTheAuthorsOutputFile() {
    MersenneTwister twister = new MersenneTwister(new int[] {0x123, 0x234, 0x345, 0x456});

    long[] drawn = IntStream.range(0, 5).mapToLong(i -> twister.next() & 0xffffffffL).toArray();
    // mt19937ar.out
    assertThat(drawn)
        .containsExactly(1067595299L, 955945823L, 477289528L, 4107218783L, 4228976476L);
  }

  @Test
  void aCopyGoesOnAsTheOriginalWould() {
    MersenneTwister twister = new MersenneTwister(1);
    IntStream.range(0, 700).forEach(i -> twister.next());
    MersenneTwister copy = new MersenneTwister(twister);

    assertThat(copy.next()).isEqualTo(twister.next());
    assertThat(copy.nextDouble()).isEqualTo(twister.nextDouble());
  }
}
