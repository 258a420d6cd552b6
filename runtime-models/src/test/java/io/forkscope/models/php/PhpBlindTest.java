package io.forkscope.models.php;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.models.TruthTable;
import org.junit.jupiter.api.Test;

/** Cases drawn at random from PHP's vocabulary, spelled out, against what the kernel counted. */
class PhpBlindTest {

  private static final PhpModelProvider PHP = new PhpModelProvider();

  /** Predicted before they were first measured; what was found wrong became rules since. */
  @Test
  void predictsTheFirstSeriesThatWasDrawnAtRandom() {
    TruthTable table = TruthTable.spelledOut(PHP, "8.2", PhpBlindTest.class, "blind-8.2.tsv");

    System.out.println("php, first random series: " + table.summary());

    assertThat(table.rows()).hasSizeGreaterThan(120);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
    assertThat(table.smallBeyondBound()).as(table.print()).isLessThanOrEqualTo(1);
  }
}
