package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against what the kernel counted. */
class DroppedObjectsTest {

  /**
   * Functions and cells of dropped closures are freed, their tuples alone wait: gc.get_count() of
   * the real run was (472, 11, 0), so that the import brings a middle collection about.
   */
  @Test
  void oneContainerOfADroppedClosureWaits() {
    long broken =
        broken(
            "3.12",
            "populations: ["
                + "{name: p0, of: {kind: closure, parts: [{kind: str, format: '%09d', repeat: 100}]},"
                + " count: 379, keep-every: 2},"
                + "{name: p1, of: {kind: dict, parts: [{kind: slots, parts: [{kind: float, from: 7.25},"
                + " {kind: str, format: 't%d', modulo: 7}, {kind: int, from: 2147483648}],"
                + " keys: 'a,bb,id'}, {kind: int, from: 2147483648}], keys: 'a,bb'}, count: 809}],"
                + " actions: [{import: {modules: ctypes}}]");

    assertThat(broken).isCloseTo(581, withinPercentage(5));
  }

  @Test
  void aDictThatGetsAnotherValueFreesAllThatTheOldOneHolds() {
    long broken =
        broken(
            "3.8",
            "populations: [{name: p, holder: dict, of: {kind: pair, parts: [{kind: int, from: 0},"
                + " {kind: closure, parts: [{kind: str, format: 'kéy-%06d'}]}]}, count: 2479}],"
                + " actions: [{write-buffer: {on: p, stride: 50}}]");

    assertThat(broken).isCloseTo(198, withinPercentage(12)); // 77 if the closures alone go
  }

  private static long broken(String version, String rest) {
    CPythonProvider provider = new CPythonProvider();
    Scenario scenario =
        new CaseFile(id -> provider)
            .parse(
                "a",
                "cases: [{name: a, " + rest + "}]",
                Map.of("runtime", "cpython", "version", version))
            .get(0);
    Trajectory trajectory = Simulation.run(scenario, provider);
    return trajectory.brokenByActions(trajectory.end());
  }
}
