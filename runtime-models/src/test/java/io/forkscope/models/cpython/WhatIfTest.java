package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Options that no CPython, or no default CPython, has. */
class WhatIfTest {
  private static final CPythonProvider CPYTHON = new CPythonProvider();
  private static final long COUNT = 200_000;

  private static Scenario ints(Map<String, String> options) {
    return CPYTHON.expand("ints.iter", "3.11", COUNT).withOptions(options);
  }

  private static long brokenByObjects(Map<String, String> options) {
    return broken(ints(options));
  }

  private static long broken(Scenario scenario) {
    Trajectory run = Simulation.run(scenario, CPYTHON);
    return run.end().brokeFirst().getOrDefault("cpython.refcount", 0L);
  }

  @Test
  void countsInATableBreakAQuarterOfThePages() {
    long inObject = brokenByObjects(Map.of());

    long table = brokenByObjects(Map.of("reference-counts", "table"));

    // 4 bytes a count for 16 bytes of heap; a page more at each end of the table
    assertThat(inObject).isGreaterThan(COUNT * 32 / 4096);
    assertThat(table).isBetween(inObject / 4 - 2, inObject / 4 + 2);
  }

  @Test
  void immortalObjectsBreakNoPage() {
    assertThat(brokenByObjects(Map.of("reference-counts", "immortal"))).isZero();
  }

  @Test
  void smallBlocksOfMallocAreLarger() {
    long chunks = brokenByObjects(Map.of("allocator", "malloc"));

    // an int of 28 bytes takes a chunk of 48
    assertThat(chunks).isBetween(COUNT * 48 / 4096 - 1, COUNT * 48 / 4096 + 2);
  }

  @Test
  void textsKeepTheRoomThatTheyWereWrittenIn() {
    Scenario texts = CPYTHON.expand("strs.iter", "3.8", COUNT);
    long chunks = broken(texts.withOptions(Map.of("allocator", "malloc")));

    // 8 characters of the format and 100 more are 157 bytes of PyASCIIObject: a chunk of 176
    assertThat(chunks).isBetween(COUNT * 176 / 4096 - 1, COUNT * 176 / 4096 + 2);
  }

  @Test
  void aRealRunOfAWhatIfIsRefused() {
    CPythonDriver driver = new CPythonDriver();

    assertThatThrownBy(() -> driver.program(ints(Map.of("reference-counts", "table"))))
        .hasMessageContaining("what-if");
    assertThat(driver.environment(ints(Map.of("allocator", "malloc"))))
        .containsEntry("PYTHONMALLOC", "malloc");
    assertThat(driver.environment(ints(Map.of()))).doesNotContainKey("PYTHONMALLOC");
  }

  @Test
  void mallocForObjectsOfSeveralBlocksIsRefusedInWords() {
    Scenario records =
        CPYTHON.expand("json.walk", "3.11", 10).withOptions(Map.of("allocator", "malloc"));

    assertThatThrownBy(() -> Simulation.run(records, CPYTHON))
        .hasMessageContaining("elements of one block");
  }
}
