package io.forkscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.observe.InterpreterFinder;
import io.forkscope.observe.ObserveException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Really runs the program that {@code validate} writes, without site, and asks it for {@code
 * gc.get_count()} at its first mark. Expected is what the shared harness's program answered there,
 * and how many containers ours may be ahead: it was by up to 14, on 2.7 by 37, its own functions.
 */
@Tag("linux-fork")
final class CollectorStartIT {

  /** How a program of ours marks. */
  private static final String MARK = "    _kill(_getpid(), _stop)";

  @TempDir Path folder = Path.of("set by JUnit");

  @ParameterizedTest
  @CsvSource({
    "2.7,321,8,0,40",
    "3.6,644,4,1,12",
    "3.7,45,3,1,16",
    "3.8,633,1,1,4",
    "3.9,186,0,1,4",
    "3.10,552,1,1,10",
    "3.11,2,1,1,4",
    "3.12,189,8,0,12",
    "3.13,614,4,0,10",
  })
  void validatesProgramStartsWithTheHarnesssCollector(
      String version, int young, int middle, int old, int ahead) throws Exception {
    Needs.linux();
    RuntimeModelProvider provider = Models.byId("cpython");
    Scenario scenario = provider.expand("nothing.noop", version, 0);

    List<Integer> counts = countsAtTheFirstMark(provider.driver().orElseThrow(), scenario);

    assertThat(counts.subList(1, 3)).containsExactly(middle, old);
    assertThat(counts.get(0)).isBetween(young, young + ahead);
  }

  private List<Integer> countsAtTheFirstMark(RuntimeDriver driver, Scenario scenario)
      throws IOException, InterruptedException {
    String text = driver.program(scenario);
    assertThat(text).contains(MARK);
    Path program =
        Files.writeString(
            folder.resolve("program.py"),
            text.replace(
                MARK, "    os.write(1, ('%d %d %d' % gc.get_count()).encode()); os._exit(0)"));
    File counts = folder.resolve("counts").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(driver.command(scenario, interpreter(driver, scenario), program, folder))
            .redirectOutput(counts);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(driver.environment(scenario));
    Process python = builder.start();
    assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return List.of(Files.readString(counts.toPath()).split(" ")).stream()
        .map(Integer::valueOf)
        .toList();
  }

  private static Path interpreter(RuntimeDriver driver, Scenario scenario) {
    try {
      return InterpreterFinder.ofThisMachine()
          .find(driver, scenario.runtime(), scenario.version(), driver.measuredRelease(scenario))
          .executable();
    } catch (ObserveException e) {
      Needs.need(false, String.valueOf(e.getMessage()));
      throw new AssertionError(e);
    }
  }
}
