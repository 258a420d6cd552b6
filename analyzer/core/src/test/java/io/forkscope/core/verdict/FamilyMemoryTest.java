package io.forkscope.core.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.simulation.MemorySample;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyMemoryTest {

  // two lives of ten requests: each rises from 50 to 100 bytes
  private static final List<MemorySample> TWO_LIVES =
      List.of(pss(0, 50), pss(10, 120), pss(10, 50), pss(15, 75), pss(20, 100));

  @Test
  void thePeakIsTheLargestSampleEvenBeforeTheLastLife() {
    assertThat(FamilyMemory.of(TWO_LIVES, 10).peak()).isEqualTo(pss(10, 120));
  }

  @Test
  void theSteadyStateIsTheMeanOverTheLastWholeLife() {
    // from 50 after the replacement at 10 in a straight line to 100 at 20
    assertThat(FamilyMemory.of(TWO_LIVES, 10).steadyPssBytes()).isEqualTo(75);
  }

  @Test
  void withoutReplacementTheSteadyStateIsTheEnd() {
    assertThat(FamilyMemory.of(TWO_LIVES, 0).steadyPssBytes()).isEqualTo(100);
  }

  private static MemorySample pss(long epoch, long bytes) {
    return new MemorySample(epoch, 3, 2 * bytes, bytes, bytes / 2);
  }
}
