package io.forkscope.core.forkcost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MidmeanTest {

  @Test
  void theOuterQuartersDoNotCount() {
    assertThat(Midmean.of(DoubleStream.of(700, 45, 43, 50, 61, 66, 70, 1)))
        .hasValue((45 + 50 + 61 + 66) / 4.0);
  }

  @Test
  void oneRunMoreOfAKindMovesItLittle() {
    double even = Midmean.of(DoubleStream.of(45, 45, 45, 45, 65, 65, 65, 65)).orElseThrow();
    double more = Midmean.of(DoubleStream.of(45, 45, 45, 65, 65, 65, 65, 65)).orElseThrow();
    assertThat(even).isEqualTo(55);
    assertThat(more).isEqualTo(60);
  }

  @Test
  void fewAreAllCountedAndNoneIsNothing() {
    assertThat(Midmean.of(DoubleStream.of(3, 1, 2))).hasValue(2);
    assertThat(Midmean.of(DoubleStream.empty())).isEmpty();
  }
}
