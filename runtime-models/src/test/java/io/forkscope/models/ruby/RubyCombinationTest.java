package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.models.TruthTable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several populations, preparations and actions in one scenario, against real forks. */
class RubyCombinationTest {

  private static final RubyProvider RUBY = new RubyProvider();
  private static final String VERSION = "3.1";

  /**
   * {@code combinations}: seen before their rules were written, first predicted at 38 %. {@code
   * blind-combinations}: drawn after them, at 8.2 %; two of its causes became rules. {@code
   * blind-combinations-second}: at 5.4 %. {@code blind-combinations-third} and {@code fourth}:
   * thinned-out arrays too, first at 54 and 32 %. {@code fifth} and {@code sixth}: drawn after what
   * keeps these alive became rules, first at 6.3 and 7.0 %. {@code seventh}: first at 12.0 %;
   * {@code eighth}: at 19 %, no rule changed since. {@code ninth} and {@code tenth}: drawn after
   * what a warm-up leaves on the stack became a rule, at 4.6 and 8.8 %; {@code eleventh} at 4.8 %,
   * and {@code twelfth}, after which the table of globals became a rule, at 34 %; {@code
   * thirteenth}, after three more rules, at 21 %, of which it showed two more; {@code fourteenth}
   * after those, at 5.7 %. {@code combinations-shared}: populations that share symbols or hash
   * keys, after that became a rule; {@code combinations-pairs}: hashes of objects. {@code
   * fifteenth} and {@code sixteenth}: another generator's, with more kinds, at 46 and 11 %; {@code
   * seventeenth} after those, at 2.7 %; {@code eighteenth} at 2.6 %, worst 12.9 %; {@code
   * nineteenth}, a third generator's, at 40 %, and {@code twentieth} after its rules at 3.2 %;
   * {@code thinned}: elements with parts, thinned out, after the rule for them, at 3.5 %; {@code
   * twentyfirst} and {@code twentysecond}: a fourth generator's, nested values, first at 14 and 64
   * %, {@code twentythird} after their rules at 4.5 %, {@code twentyfourth} after the program's own
   * objects were counted, at 3.6 and 2.0 %, {@code twentyfifth} at 5.4 and 8.5 %, {@code
   * twentysixth} after the names of symbols took chunks of the mark stack at 3.7, 8.3 and 4.8 %.
   * {@code blind-threads}: children that act in threads, first at 10 %, {@code
   * blind-threads-second} at 11.7 %, {@code fourth} at 2.5, 10.7 and 9.4 %. {@code
   * combinations-symbols}: symbols within elements; {@code combinations-json}: texts of parts and
   * keys, hashes under integer keys; {@code combinations-texts}: structs within arrays and long
   * texts within texts; {@code combinations-causes}: what buffers that copies share and tables of
   * call caches cost.
   */
  @ParameterizedTest
  @CsvSource({
    "combinations, 90, 0.045",
    "blind-combinations, 70, 0.04",
    "blind-combinations-second, 70, 0.04",
    "blind-combinations-third, 110, 0.07",
    "blind-combinations-fourth, 60, 0.045",
    "blind-combinations-fifth, 60, 0.045",
    "blind-combinations-sixth, 60, 0.045",
    "blind-combinations-seventh, 120, 0.035",
    "blind-combinations-eighth, 60, 0.055",
    "blind-combinations-ninth, 60, 0.045",
    "blind-combinations-tenth, 60, 0.09",
    "blind-combinations-eleventh, 60, 0.05",
    "blind-combinations-twelfth, 60, 0.055",
    "blind-combinations-thirteenth, 60, 0.06",
    "blind-combinations-fourteenth, 60, 0.035",
    "blind-combinations-fifteenth, 45, 0.065",
    "blind-combinations-sixteenth, 47, 0.035",
    "blind-combinations-seventeenth, 51, 0.025",
    "blind-combinations-eighteenth, 30, 0.04",
    "blind-combinations-nineteenth, 40, 0.04",
    "blind-combinations-twentieth, 40, 0.035",
    "blind-combinations-thinned, 30, 0.035",
    "blind-combinations-twentyfirst, 40, 0.04",
    "blind-combinations-twentysecond, 60, 0.045",
    "blind-combinations-twentythird, 40, 0.05",
    "blind-combinations-twentyfourth, 80, 0.03",
    "blind-combinations-twentyfifth, 80, 0.08",
    "blind-combinations-twentysixth, 140, 0.085",
    "blind-threads-fourth, 120, 0.055",
    "blind-threads-third, 80, 0.06",
    "blind-threads-second, 25, 0.105",
    "blind-threads, 96, 0.065",
    "combinations-json, 9, 0.025",
    "combinations-texts, 28, 0.065",
    "combinations-symbols, 16, 0.05",
    "combinations-shared, 24, 0.075",
    "combinations-pairs, 32, 0.03",
    "combinations-causes, 10, 0.04"
  })
  void predictsASeriesWithinItsBound(String series, int rows, double bound) {
    String resource = series + "-3.1.tsv";
    TruthTable table = TruthTable.spelledOut(RUBY, VERSION, RubyCombinationTest.class, resource);
    System.out.println("cruby, " + resource + ": " + table.summary());

    assertThat(table.rows()).hasSize(rows);
    assertThat(table.percentile95()).as(table.print()).isLessThan(bound);
  }

  /**
   * A child resets its default generator, whose 2520 bytes make malloc join the fastbins; if the
   * parent has drawn a number it holds one, and the first large block of the action does it.
   * Measured: 386 pages, 1312 after shuffle!.
   */
  @Test
  void childOfAParentThatDrewANumberJoinsItsFastbinsLater() {
    assertThat(frozenOids("")).isBetween(360L, 410L);
    assertThat(frozenOids(", shuffle: 12")).isBetween(1250L, 1375L);
  }

  /**
   * Ids are given while the collector is held off; the next call of a method that was not called
   * before asks malloc for its cache, which collects. Measured: 3031 and 3725 pages.
   */
  @Test
  void collectionThatObjectIdsOweComesWithTheNextCall() {
    String arrays =
        "populations: [{name: d, holder: array, of: {kind: array, parts: [{kind: int}]},"
            + " count: 280645}], actions: [{oid: {on: d}}";

    assertThat(pages(arrays + "]")).isBetween(2940L, 3120L);
    assertThat(pages(arrays + ", {hashv: {on: d}}]")).isBetween(3610L, 3840L);
  }

  /**
   * A marking in steps leaves the first array on the C stack, where collections find it while the
   * next population is built, and in a child. Measured: 448 and 423 pages.
   */
  @Test
  void arrayThatWasThinnedOutStaysAliveOnTheStack() {
    assertThat(
            pages(
                "populations: [{name: d0, holder: array, of: {kind: hash, parts: [{kind: int}]},"
                    + " count: 28733, keep-every: 5}, {name: d1, holder: array, of: {kind: object,"
                    + " parts: [{kind: int}]}, count: 29497, shuffle: 54}], actions: [minor]"))
        .isBetween(430L, 470L);
    assertThat(pages(thinnedSymbols("", "gc, gc"))).isBetween(405L, 445L);
  }

  /**
   * The table of symbols' names pushes all of them at once, twice as many as there are elements,
   * and the chunks that take them are written. Measured: 467 pages.
   */
  @Test
  void namesOfSymbolsTakeChunksOfTheMarkStack() {
    String arrays =
        "populations: [{name: d, holder: array, of: {kind: array, parts: [{kind: sym, format:"
            + " 'x%07d'}, {kind: sym, format: 'y%07d'}]}, count: 25331}]";

    assertThat(pages(arrays + ", before-fork: [gc], actions: [gc]")).isBetween(450L, 490L);
  }

  /** A hash of arrays looks for code ranges of strings, not of numbers. Measured: 1094 pages. */
  @Test
  void hashWritesTheStringsWithinAnElementAlone() {
    String parts = "parts: [{kind: str}, {kind: bigint}, {kind: bigint}, {kind: bigint}]";

    assertThat(
            pages(
                "populations: [{name: d0, holder: array, of: {kind: record}, count: 49213}, {name:"
                    + " d1, holder: array, of: {kind: array, "
                    + parts
                    + "}, count: 4968, keep-every: 3}], actions: [{hashv: {on: d1}}]"))
        .isBetween(1060L, 1130L);
  }

  /**
   * The array of a warm-up is found on the C stack, and its buffer moves out of the transient heap
   * after the sweep, which joins the fastbins before the fork. Measured: 3556 pages.
   */
  @Test
  void arrayOfAWarmUpStaysAliveOnTheStack() {
    assertThat(
            pages(
                "populations: [{name: d0, holder: array, of: {kind: str, format: '%09d', repeat:"
                    + " '7'}, count: 252431, keep-every: 2}, {name: d1, holder: array, of: {kind:"
                    + " str, format: '%09d', repeat: '7'}, count: 28671}], before-fork: [{warm:"
                    + " {action: ascii, on: d1}}, {gc: {times: 4}}], actions: [{substr: {on: d1}}]"))
        .isBetween(3450L, 3660L);
  }

  /** What keeps a dead symbol's string goes by the sweep that frees it. Measured: 2213 pages. */
  @Test
  void stringOfADeadSymbolDiesOneCollectionLater() {
    assertThat(pages(thinnedSymbols(", shuffle: 4", "gc"))).isBetween(2110L, 2320L);
  }

  /** rb_big_eq brings a bignum to its normal length, which writes it. Measured: 400 pages. */
  @Test
  void searchForASmallNumberWritesLargeOnes() {
    assertThat(
            pages(
                "populations: [{name: d0, holder: array, of: {kind: object, parts: [{kind: int}]},"
                    + " count: 122348}, {name: d1, holder: array, of: {kind: bigint}, count:"
                    + " 20709}], before-fork: [disable], actions: [{include: {on: d1}}]"))
        .isBetween(380L, 420L);
  }

  /**
   * An iteration level is written into hashes alone, which lie on fewer pages than all that is
   * within the elements. Measured: 1656 pages of records, 3889 of arrays with hashes.
   */
  @Test
  void walkWritesTheHashesWithinElementsAlone() {
    String symbols = "{kind: array, parts: [{kind: float}, {kind: sym}, {kind: int, from: 70000}]}";
    assertThat(
            pages(
                "populations: [{name: d0, holder: array, of: {kind: array, parts: ["
                    + symbols
                    + "]}, count: 31050}, {name: d1, holder: array, of: {kind: record}, count:"
                    + " 8376}, {name: d2, holder: array, of: {kind: str}, count: 40837}],"
                    + " before-fork: [{gc: {times: 4}}], actions: [{json: {on: d1}}]"))
        .isBetween(1600L, 1710L);
    assertThat(
            pages(
                "populations: [{name: d0, holder: array, of: {kind: hash, parts: [{kind: bigint}]},"
                    + " count: 53891}, {name: d1, holder: array, of: {kind: struct, parts: [{kind:"
                    + " int}, {kind: str, format: '%08d', repeat: 6}, {kind: struct, parts: [{kind:"
                    + " int}, {kind: str, format: 'v%09d'}]}, {kind: object, parts: [{kind: int}]},"
                    + " {kind: struct, parts: [{kind: int}]}]}, count: 51532}, {name: d2, holder:"
                    + " array, of: {kind: array, parts: [{kind: hash, parts: [{kind: str, format:"
                    + " '%08d', repeat: 6}]}, {kind: bigint}, {kind: sym, format: 'y%07d'}]},"
                    + " count: 21134}], actions: [{sample: {on: d0, count: 6115}}, {marshal: {on:"
                    + " d2}}]"))
        .isBetween(3770L, 4010L);
  }

  /** What a hash refers to moves with it, and is written in its table. Measured: 3249 pages. */
  @Test
  void compactionWritesTheTablesOfHashesWhoseValuesMove() {
    assertThat(
            pages(
                "populations: [{name: d, holder: array, of: {kind: hash, parts: [{kind: str, format:"
                    + " 'v%09d'}]}, count: 54141}], before-fork: [gc], actions: [{compact: {on:"
                    + " d}}]"))
        .isBetween(3150L, 3350L);
  }

  private static String thinnedSymbols(String order, String actions) {
    return "populations: [{name: d, holder: array, of: {kind: sym, format: 'sym%09d'}, count: 50000,"
        + " keep-every: 3"
        + order
        + "}], before-fork: [gc], actions: ["
        + actions
        + "]";
  }

  private static long frozenOids(String shuffle) {
    return pages(
        "populations: [{name: d, holder: array, of: {kind: str, format: key-%09d, frozen: 'true'},"
            + " count: 11684"
            + shuffle
            + "}], options: {gc: 'off'}, before-fork: [gc], actions: [{oid: {on: d}}]");
  }

  private static long pages(String scenario) {
    Map<String, String> defaults = Map.of("runtime", RubyProvider.ID, "version", VERSION);
    String text = "cases:\n  - {name: test, " + scenario + "}";
    return TruthTable.predict(
        RUBY, new CaseFile(id -> RUBY).parse("test", text, defaults).get(0), VERSION)[1];
  }
}
