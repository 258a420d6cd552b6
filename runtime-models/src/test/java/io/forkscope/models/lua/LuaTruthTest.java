package io.forkscope.models.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.TruthTable;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LuaTruthTest {

  private static final LuaProvider LUA = new LuaProvider();

  /** Counts of 200 pages or more of the series drawn at random that may be off by over 5 %. */
  private static final int MOST_BEYOND = 4;

  /** Every builder with every action that Lua allows on it; none is left out for being wrong. */
  @Test
  void predictsTheMeasuredPagesOfEveryBuilderAndAction() {
    TruthTable table = TruthTable.of(LUA, "5.4", LuaTruthTest.class, "truth-5.4.csv");

    System.out.println("lua, tuned on: " + table.summary());

    assertThat(table.rows()).hasSizeGreaterThan(200);
    assertThat(table.rows().stream().filter(row -> !row.holds())).as(table.print()).isEmpty();
  }

  /** The pairs of the shared harness at sizes drawn at random, predicted before they were run. */
  @Test
  void predictsThePairsOfTheSharedHarness() {
    TruthTable table =
        TruthTable.spelledOut(LUA, "5.4", LuaTruthTest.class, "blind-harness-5.4.tsv");

    System.out.println("lua, harness, blind: " + table.summary());

    assertThat(table.rows()).hasSize(110).as(table.print()).allMatch(TruthTable.Row::holds);
  }

  /** The shared harness's own program, drawn at random; see the head of the file. */
  @Test
  void predictsTheSharedHarnessesOwnProgram() {
    TruthTable table = TruthTable.spelledOut(LUA, "5.4", LuaTruthTest.class, "blind-own-5.4.tsv");

    System.out.println("lua, harness's own program: " + table.summary());

    assertThat(table.rows()).hasSize(150).as(table.print()).allMatch(TruthTable.Row::holds);
  }

  /**
   * Drawn at random; five of 104 large counts are off by more than 5 %, as a collection comes or
   * not. More would be a step back.
   */
  @Test
  void predictsMostOfASeriesThatWasDrawnAtRandom() {
    TruthTable table = TruthTable.spelledOut(LUA, "5.4", LuaTruthTest.class, "blind-words-5.4.tsv");

    System.out.println("lua, words, blind: " + table.summary());

    assertThat(table.rows()).hasSize(334);
    assertThat(table.rows().stream().mapToInt(row -> beyond(row)).sum())
        .as(table.print())
        .isLessThanOrEqualTo(MOST_BEYOND);
    assertThat(table.smallBeyondBound()).as(table.print()).isZero();
  }

  /** Requests by distribution, of one to three workers that are replaced; drawn at random. */
  @Test
  void predictsRequestsOfWorkersThatAreReplaced() {
    TruthTable table =
        TruthTable.spelledOut(LUA, "5.4", LuaTruthTest.class, "blind-requests-5.4.tsv");

    System.out.println("lua, requests, blind: " + table.summary());

    assertThat(table.rows()).hasSize(328).as(table.print()).allMatch(TruthTable.Row::holds);
  }

  private static int beyond(TruthTable.Row row) {
    return row.measured() >= 200 && !row.holds() ? 1 : 0;
  }

  /** Other sizes, modes and combinations, first measured after the rules were written. */
  @Test
  void predictsCasesThatNoRuleWasWrittenFor() {
    TruthTable table = TruthTable.of(LUA, "5.4", LuaTruthTest.class, "blind-5.4.csv");

    System.out.println("lua, blind: " + table.summary());

    assertThat(table.rows()).hasSizeGreaterThan(30);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
  }

  /** Garbage that was swept before the fork leaves holes; resident pages tell whether it does. */
  @Test
  void predictsTheResidentPagesWithinFourPercent() {
    TruthTable table = TruthTable.of(LUA, "5.4", LuaTruthTest.class, "truth-5.4.csv");

    assertThat(table.rows())
        .allSatisfy(
            row ->
                assertThat((double) row.predictedResident() / row.resident())
                    .as("%s %d", row.name(), row.count())
                    .isBetween(0.96, 1.04));
  }

  /** A long string keeps its hash: measured 1,200 pages the first time, none the second. */
  @Test
  void longStringIsHashedOnce() {
    assertThat(pages("longstrs.askey", 20_000)).isBetween(1150L, 1250L);
    assertThat(pages("strs.askey", 20_000)).isLessThan(5);
  }

  /** The string table doubles when the new strings do not fit, and writes every short string. */
  @Test
  void growthOfTheStringTableWritesEveryShortString() {
    // 131,072 buckets: 100,000 strings leave room for some 30,000
    long without = pages("strs.noop.stop", 100_000);
    long with = pages("strs.newstrs.stop", 100_000);

    assertThat(without).isLessThan(5);
    assertThat(with).isGreaterThan(1172); // 100,000 chunks of 48 bytes
  }

  /** Measured 9,296: closures share `i`, equal short texts are one string. */
  @Test
  void elementsShareTheUpvalueAndEqualShortStrings() {
    TruthTable table = TruthTable.spelledOut(LUA, "5.4", LuaTruthTest.class, "blind-words-5.4.tsv");

    assertThat(table.rows())
        .filteredOn(row -> row.name().equals("l1.033"))
        .singleElement()
        .satisfies(row -> assertThat(row.predictedResident()).isBetween(9_200L, 9_400L));
  }

  @Test
  void refusesWhatIsAnErrorInLua() {
    assertThatThrownBy(() -> LUA.expand("tables.sum", "5.4", 10)).hasMessageContaining("error");
    assertThatThrownBy(() -> LUA.expand("strs.get", "5.4", 10)).hasMessageContaining("map");
    assertThatThrownBy(() -> LUA.expand("strs.eech", "5.4", 10)).hasMessageContaining("each");
    assertThatThrownBy(() -> LUA.create("5.1")).hasMessageContaining("5.4");
  }

  @Test
  void stepOnADroppedPopulationIsRefused() {
    Scenario drops = LUA.expand("ints.drop", "5.4", 10);
    List<Step> twice = List.of(drops.actions().get(0), drops.actions().get(0));

    assertThatThrownBy(() -> TruthTable.predict(LUA, drops.withActions(twice), "5.4"))
        .hasMessage("step drop comes after population data was dropped");
  }

  private static long pages(String name, long count) {
    return TruthTable.predict(LUA, LUA.expand(name, "5.4", count), "5.4")[1];
  }

  /** Printed by math.randomseed(7), then math.random(100000) - 1, four times. */
  @Test
  void drawsTheNumbersThatLuaDraws() {
    LuaRandom random = new LuaRandom(7);

    assertThat(LongStream.range(0, 4).map(i -> random.below(100_000)))
        .containsExactly(87871L, 97495L, 39322L, 71993L);
  }
}
