package io.forkscope.models.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.models.TruthTable;
import org.junit.jupiter.api.Test;

/** Cases drawn at random from PHP's vocabulary, spelled out, against what the kernel counted. */
class PhpBlindTest {

  private static final PhpProvider PHP = new PhpProvider();

  /** Predicted before they were first measured; what was found wrong became rules since. */
  @Test
  void predictsTheFirstSeriesThatWasDrawnAtRandom() {
    TruthTable table = TruthTable.spelledOut(PHP, "8.2", PhpBlindTest.class, "blind-8.2.tsv");

    System.out.println("php, first random series: " + table.summary());

    assertThat(table.rows()).hasSizeGreaterThan(120);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
    assertThat(table.smallBeyondBound()).as(table.print()).isLessThanOrEqualTo(1);
  }

  /** Stores, deletes, appends, slices, copies and opcache. */
  @Test
  void predictsTheSeriesOfLaterWords() {
    TruthTable table = TruthTable.spelledOut(PHP, "8.2", PhpBlindTest.class, "blind-words-8.2.tsv");

    System.out.println("php, random series of later words: " + table.summary());

    assertThat(table.rows()).hasSizeGreaterThan(80);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
    assertThat(table.smallBeyondBound()).as(table.print()).isZero();
  }

  /** Drawn from the same words with another seed, after the rules of the first two were written. */
  @Test
  void predictsTheThirdSeries() {
    TruthTable table = TruthTable.spelledOut(PHP, "8.2", PhpBlindTest.class, "blind-third-8.2.tsv");

    System.out.println("php, third random series: " + table.summary());

    assertThat(table.rows()).hasSize(49);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
    assertThat(table.smallBeyondBound()).as(table.print()).isLessThanOrEqualTo(1);
  }

  /** A fourth seed, after the rules of the first three. */
  @Test
  void predictsTheFourthSeries() {
    TruthTable table =
        TruthTable.spelledOut(PHP, "8.2", PhpBlindTest.class, "blind-fourth-8.2.tsv");

    System.out.println("php, fourth random series: " + table.summary());

    assertThat(table.rows()).hasSize(66);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
    assertThat(table.smallBeyondBound()).as(table.print()).isZero();
  }

  /** mt_srand(7), mt_rand() and mt_rand(a, b) of php8.2-cli 8.2.36. */
  @Test
  void drawsTheNumbersThatPhpDraws() {
    PhpRandom random = new PhpRandom(7);

    assertThat(random.draw()).isEqualTo(163870807);
    assertThat(random.between(0, 99)).isEqualTo(92);
    assertThat(random.between(0, 1023)).isEqualTo(537);
    assertThat(random.between(5, 1_000_000)).isEqualTo(980767);
  }

  /** Measured 1177, 4923, 2400 and 1172 pages: the object, the freed text, the table, the zvals. */
  @Test
  void storesWriteWhatTheyStoreIntoAndWhatTheyFree() {
    assertThat(pages("objs.setprop", 60_000)).isBetween(1165L, 1190L);
    assertThat(pages("strs.del", 60_000)).isBetween(4874L, 4973L);
    assertThat(pages("arrays.setinner", 60_000)).isBetween(2376L, 2424L);
    assertThat(pages("ints.setelem.opcache", 300_000)).isBetween(1160L, 1184L);
  }

  @Test
  void refusesStoresThatAreErrorsOrNotModelled() {
    assertThatThrownBy(() -> pages("map.setelem", 10)).hasMessageContaining("write-element");
    assertThatThrownBy(() -> pages("strs.setprop", 10)).hasMessageContaining("write-property");
    assertThatThrownBy(() -> pages("litarrays.setinner", 10)).hasMessageContaining("write-inner");
  }

  private static long pages(String name, long count) {
    return TruthTable.predict(PHP, PHP.expand(name, "8.2", count), "8.2")[1];
  }
}
