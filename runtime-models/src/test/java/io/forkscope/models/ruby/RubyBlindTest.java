package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.models.TruthTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases drawn at random from Ruby's vocabulary, predicted before they were first measured. */
class RubyBlindTest {

  /**
   * The bounds of the 95th percentile are a little above what is left since what a series showed
   * became rules.
   *
   * <ul>
   *   <li>{@code blind}: first predicted at 10.0 %.
   *   <li>{@code blind-harness}: measured by the shared harness's program, first at 6.9 %.
   *   <li>{@code blind-wide}: half are structs, and arrays and objects of more than three parts;
   *       first at 5.2 %.
   *   <li>{@code blind-fourth}: after all rules that there were, at 3.6 %.
   *   <li>{@code blind-fifth}: once first draws, call caches and the image's pages were rules, at
   *       5.0 %.
   *   <li>{@code blind-sixth}: first at 9.6 %; a collection's first flags of every page, and tables
   *       of hashes that die, became rules after it.
   *   <li>{@code blind-seventh}: run by the shared harness's program; first at 4.2 %.
   *   <li>{@code blind-eighth}: run by it after what the seventh showed became rules, at 3.5 %.
   *   <li>{@code blind-ninth} and {@code blind-tenth}: run by it, no rule changed since, at 3.1 %
   *       and 5.4 %.
   *   <li>{@code blind-eleventh}: run by it, at 4.1 %; {@code blind-twelfth} after the rules that
   *       this one showed, at 4.8 %; {@code blind-thirteenth} after what a warm-up leaves on the
   *       stack became a rule, at 3.5 %, and {@code blind-fourteenth} at 4.6 %; {@code
   *       blind-fifteenth} after first uses were measured by verb, at 3.6 %; {@code
   *       blind-sixteenth} at 3.5 %, worst 14.4 %, {@code blind-seventeenth} after it at 3.7 %,
   *       {@code blind-eighteenth} at 7.3 %, worst 39 %, {@code blind-nineteenth}, run by the
   *       harness's program, at 4.9 %, {@code blind-twentieth} after the mark stack's chunks and
   *       what is listed between them became rules, at 1.4 %, {@code blind-twentyfirst} at 3.5 %,
   *       and {@code blind-twentysecond} after Marshal's tables did at 1.7 %.
   * </ul>
   */
  @ParameterizedTest
  @CsvSource({
    "blind, 91, 0.045",
    "blind-harness, 141, 0.05",
    "blind-wide, 72, 0.06",
    "blind-fourth, 100, 0.035",
    "blind-fifth, 80, 0.035",
    "blind-sixth, 80, 0.035",
    "blind-seventh, 510, 0.035",
    "blind-eighth, 160, 0.035",
    "blind-ninth, 84, 0.035",
    "blind-tenth, 150, 0.04",
    "blind-eleventh, 244, 0.045",
    "blind-twelfth, 80, 0.04",
    "blind-thirteenth, 80, 0.04",
    "blind-fourteenth, 60, 0.065",
    "blind-fifteenth, 60, 0.04",
    "blind-sixteenth, 90, 0.04",
    "blind-seventeenth, 90, 0.045",
    "blind-eighteenth, 90, 0.045",
    "blind-nineteenth, 84, 0.07",
    "blind-twentieth, 80, 0.02",
    "blind-twentyfirst, 90, 0.04",
    "blind-twentysecond, 70, 0.02"
  })
  void predictsASeriesWithinItsBound(String series, int rows, double bound) {
    String resource = series + "-3.1.csv";
    TruthTable table = TruthTable.of(new RubyProvider(), "3.1", RubyBlindTest.class, resource);
    System.out.println("cruby, " + resource + ": " + table.summary());

    assertThat(table.rows()).hasSize(rows);
    assertThat(table.percentile95()).as(table.print()).isLessThan(bound);
  }
}
