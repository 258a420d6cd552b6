package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same first use by the shared harness's program and by that of validate, both measured. */
class ProgramKindTest {

  @ParameterizedTest
  @CsvSource({"3.10, socket, 447, 438", "3.13, thread, 336, 323"})
  void startsAsTheProgramDoesThatIsRun(String version, String step, long harness, long spelled) {
    long ofHarness = broken(CPythonCases.expand("ints." + step, version, 3000));
    long ofSpelled = broken(spelled(version, step, ""));

    assertThat(ofHarness).isCloseTo(harness, withinPercentage(4));
    assertThat(ofSpelled).isCloseTo(spelled, withinPercentage(4));
    assertThat(broken(spelled(version, step, ", options: {program: harness}")))
        .isEqualTo(ofHarness);
  }

  @Test
  void refusesAnotherProgram() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> broken(spelled("3.10", "socket", ", options: {program: harnes}")))
        .withMessageContaining("harness");
  }

  private static Scenario spelled(String version, String step, String options) {
    String text =
        "cases:\n  - {name: a, populations: [{name: p, of: {kind: int, from: 100000}, count: 3000}],"
            + " actions: [{"
            + step
            + ": {}}]"
            + options
            + "}";
    CPythonProvider provider = new CPythonProvider();
    return new CaseFile(id -> provider)
        .parse("a", text, Map.of("runtime", "cpython", "version", version))
        .get(0);
  }

  private static long broken(Scenario scenario) {
    Trajectory trajectory = Simulation.run(scenario, new CPythonProvider());
    return trajectory.brokenByActions(trajectory.end());
  }
}
