package io.forkscope.models.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.models.TruthTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases drawn at random from PHP's vocabulary, spelled out, against what the kernel counted. */
class PhpBlindTest {

  private static final PhpProvider PHP = new PhpProvider();

  /**
   * Each series was predicted before it was first measured, after the rules of those before it were
   * written; what it showed became rules since. The second holds stores, deletes, appends, slices,
   * copies and opcache.
   */
  @ParameterizedTest
  @CsvSource({
    "blind-8.2.tsv, 132, 1, 0.05",
    "blind-words-8.2.tsv, 97, 0, 0.06",
    "blind-third-8.2.tsv, 49, 0, 0.04",
    "blind-fourth-8.2.tsv, 66, 0, 0.03"
  })
  void predictsASeriesThatWasDrawnAtRandom(
      String series, int rows, int smallBeyondBound, double worst) {
    TruthTable table = TruthTable.spelledOut(PHP, "8.2", PhpBlindTest.class, series);

    System.out.println("php, " + series + ": " + table.summary());

    assertThat(table.rows()).hasSize(rows);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
    assertThat(table.smallBeyondBound()).as(table.print()).isLessThanOrEqualTo(smallBeyondBound);
    assertThat(table.rows().stream().filter(row -> row.measured() >= 200))
        .as(table.print())
        .allMatch(row -> Math.abs(row.error()) < worst);
  }

  /** Measured 57,372: strings of 5,432 bytes take two pages, and both are written. */
  @Test
  void blocksOfSeveralPagesAreResidentAsAWhole() {
    TruthTable table =
        TruthTable.spelledOut(PHP, "8.2", PhpBlindTest.class, "blind-fourth-8.2.tsv");

    assertThat(table.rows())
        .filteredOn(row -> row.name().equals("b91.023"))
        .singleElement()
        .satisfies(row -> assertThat(row.predictedResident()).isBetween(57_200L, 57_500L));
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

  /** Measured 283, 937 and 14 pages; their objects' numbers are entered as free too. */
  @Test
  void collectionFreesTheCyclesThatAThinnedOutArrayOrADeleteLeft() {
    assertThat(pages("cyc.gc.holes", 6_000)).isBetween(277L, 289L);
    assertThat(pages("cyc.gc.holes", 20_000)).isBetween(918L, 956L);
    assertThat(pages("cyc.gc.warm", 9_000)).isBetween(8L, 20L);
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
