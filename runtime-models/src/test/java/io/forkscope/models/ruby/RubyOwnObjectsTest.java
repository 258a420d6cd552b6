package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.models.PageLedger;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scenario's program itself takes of the heap, and when its collections come. */
class RubyOwnObjectsTest {

  private static final RubyProvider RUBY = new RubyProvider();

  /**
   * Measured: heap_live_slots after four collections, less that of one population of numbers, by
   * programs that differ in nothing else.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{kind: int} | 3 | noop | 20",
        "{kind: struct, parts: [{kind: int}, {kind: int}]} | 1 | noop | 21",
        "{kind: struct, parts: [{kind: int}]} | 1 | noop | 18",
        "{kind: object, parts: [{kind: int}, {kind: int}, {kind: int}]} | 1 | noop | 19",
        "{kind: object, parts: [{kind: int}]} | 1 | noop | 3",
        "{kind: str} | 1 | each | 5",
        "{kind: str} | 2 | json | 12"
      })
  void programBringsWhatRubyCounts(String of, int populations, String verb, int measured) {
    StringBuilder made = new StringBuilder();
    for (int i = 0; i < populations; i++) {
      made.append("{name: d%d, holder: array, of: %s, count: 10}, ".formatted(i, of));
    }
    Scenario scenario =
        scenario("populations: [" + made + "], actions: [{" + verb + ": {on: d0}}]");

    assertThat(RubyOwnObjects.of(scenario).live()).isCloseTo(measured, within(2));
  }

  /**
   * Measured by programs of more and more elements: the collections, of which the last two come
   * with these elements of the last population, in Ruby to two elements.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 37645, 17",
    "1, 84634, 18",
    "2, 37636, 17",
    "2, 84625, 18",
    "3, 37627, 17",
    "3, 84615, 18"
  })
  void collectionComesWithTheElementItComesWithInRuby(int populations, int element, int number) {
    assertThat(collections(populations, element - 6)).isEqualTo(number - 1);
    assertThat(collections(populations, element + 6)).isEqualTo(number);
  }

  private static int collections(int populations, int count) {
    StringBuilder made = new StringBuilder();
    for (int i = 1; i < populations; i++) {
      made.append("{name: n%d, holder: array, of: {kind: int}, count: 10}, ".formatted(i));
    }
    made.append("{name: d, holder: array, of: {kind: hash, parts: [{kind: int}]}, count: ");
    RubyProcess process =
        (RubyProcess)
            RUBY.create("3.1")
                .start(
                    scenario("populations: [" + made + count + "}], actions: [{noop: {on: d}}]"),
                    new PageLedger());
    process.build();
    return Integer.parseInt(process.stat().replaceAll("^count=(\\d+) .*", "$1"));
  }

  private static Scenario scenario(String text) {
    Map<String, String> defaults = Map.of("runtime", RubyProvider.ID, "version", "3.1");
    return new CaseFile(id -> RUBY)
        .parse("test", "cases:\n  - {name: test, " + text + "}", defaults)
        .get(0);
  }
}
