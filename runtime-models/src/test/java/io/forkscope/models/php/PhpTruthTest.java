package io.forkscope.models.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.TruthTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PhpTruthTest {

  private static final PhpProvider PHP = new PhpProvider();

  /** Every builder with every action at four sizes; no case is left out for being wrong. */
  @Test
  void predictsTheMeasuredPagesOfEveryBuilderAndAction() {
    TruthTable table = TruthTable.of(PHP, "8.2", PhpTruthTest.class, "truth-8.2.csv");

    System.out.println(table.print());

    assertThat(table.rows()).hasSizeGreaterThan(1000);
    assertThat(table.rows().stream().filter(row -> !row.holds())).isEmpty();
  }

  /** The resident pages tell that memory freed before the fork, but kept, is modelled too. */
  @Test
  void predictsTheResidentPagesWithinFourPercent() {
    TruthTable table = TruthTable.of(PHP, "8.2", PhpTruthTest.class, "truth-8.2.csv");

    assertThat(table.rows())
        .allSatisfy(
            row ->
                assertThat((double) row.predictedResident() / row.resident())
                    .as("%s %d", row.name(), row.count())
                    .isBetween(0.95, 1.04));
  }

  /** A root that was collected before the fork is no root any more: measured 6 pages. */
  @Test
  void collectionBeforeTheForkLeavesNothingToMark() {
    assertThat(pages("strs.gc", 20_000)).isBetween(1500L, 1620L);
    assertThat(pages("strs.gc.pregc", 20_000)).isLessThan(25);
  }

  /** Only the buffered tenth thousand of elements is traversed then: measured 1008 pages. */
  @Test
  void collectionInALoopAfterOneBeforeTheForkVisitsTheBufferedElementsOnly() {
    assertThat(pages("json.foreach.pregc", 20_000)).isBetween(960L, 1060L);
  }

  /** 500 of 1563 pages of strings hold the first tenth thousand that a hot set reads. */
  @Test
  void hotSetBreaksFewerPagesThanUniformReads() {
    long hot = sampled(Map.of("distribution", "hot", "hot-share", "1"));
    long uniform = sampled(Map.of());

    assertThat(hot).isBetween(700L, 830L);
    assertThat(uniform).isGreaterThan(3 * hot);
  }

  @Test
  void refusesUnknownWordsWithTheNearest() {
    assertThatThrownBy(() -> PHP.expand("strs.foreeach", "8.2", 10))
        .hasMessageContaining("foreach");
    assertThatThrownBy(() -> PHP.expand("strz.foreach", "8.2", 10)).hasMessageContaining("strs");
    assertThatThrownBy(() -> PHP.create("8.9")).hasMessageContaining("8.2");
  }

  /** Ten million strings take 156 thousand runs of a bin, not ten million steps. */
  @Test
  void placesTenMillionStringsByTheRun() {
    assertThat(pages("strs.foreach", 10_000_000)).isBetween(780_000L, 783_000L);
  }

  private static long pages(String name, long count) {
    return TruthTable.predict(PHP, PHP.expand(name, "8.2", count), "8.2")[1];
  }

  private static long sampled(Map<String, String> arguments) {
    Map<String, String> all = new java.util.HashMap<>(arguments);
    all.put("on", "data");
    all.put("count", "20000");
    Value text = new Value("string", Map.of(), List.of());
    Scenario scenario =
        new Scenario(
            "sample",
            "php",
            "8.2",
            Map.of(),
            List.of(new Population("data", "list", text, 100_000, -1, 1)),
            List.of(),
            new ForkPlan(1, ForkPlan.Acting.CHILDREN),
            List.of(new Step("sample", all)),
            Requests.ONCE,
            7);
    return TruthTable.predict(PHP, scenario, "8.2")[1];
  }
}
