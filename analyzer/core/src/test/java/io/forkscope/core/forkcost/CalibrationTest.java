package io.forkscope.core.forkcost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forkscope.core.memory.PageSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {

  private static final Map<PageSize, PageCosts> FAULTS =
      Map.of(PageSize.BASE_4K, new PageCosts(0, 4_000, 1_000));

  private static ForkedMemory base(long pages, int mappings) {
    return new ForkedMemory(pages * 4096, PageSize.BASE_4K, mappings);
  }

  /** Runs of a host whose forks cost 100 us, 2 us a mapping and {@code rate} a page. */
  private static List<ForkSample> host(double smallRate, double largeRate) {
    List<ForkSample> samples = new ArrayList<>();
    for (double noise : new double[] {1, 1.02, 9}) { // the median ignores the slow run
      samples.add(new ForkSample(ForkWay.FORK, base(0, 0), 100_000 * noise, 0));
      samples.add(new ForkSample(ForkWay.FORK_EXEC, base(0, 0), 100_000, 70_000 * noise));
      samples.add(new ForkSample(ForkWay.VFORK_EXEC, base(0, 0), 60_000 * noise, 0));
      samples.add(new ForkSample(ForkWay.POSIX_SPAWN, base(0, 0), 90_000 * noise, 0));
    }
    samples.add(new ForkSample(ForkWay.FORK, base(0, 1000), 102_000 + 2_000_000, 0));
    samples.add(new ForkSample(ForkWay.FORK, base(1000, 0), 102_000 + 1000 * smallRate, 0));
    samples.add(new ForkSample(ForkWay.FORK, base(9000, 0), 102_000 + 9000 * largeRate, 0));
    return samples;
  }

  @Test
  void plantedCostsAreFound() {
    HostCosts costs = new Calibration(host(80, 80), FAULTS).fit("planted");

    assertThat(costs.fixedNanos()).isEqualTo(102_000);
    assertThat(costs.mappingNanos()).isEqualTo(2_000);
    assertThat(costs.execNanos()).isCloseTo(71_400, within(0.1));
    assertThat(costs.page(PageSize.BASE_4K).forkNanos()).isCloseTo(80, within(1e-9));
    assertThat(costs.page(PageSize.BASE_4K).copyNanos()).isEqualTo(4_000);
  }

  @Test
  void ratesThatDifferByASizeAreMissedByTheSameRatioAtBothEnds() {
    double rate =
        new Calibration(host(80, 120), FAULTS).fit("bent").page(PageSize.BASE_4K).forkNanos();

    assertThat(rate / 80 - 1).isCloseTo(1 - rate / 120, within(1e-9));
  }

  @Test
  void missingMeasurementIsNamedAndNotFilledIn() {
    List<ForkSample> without =
        host(80, 80).stream().filter(s -> s.way() != ForkWay.POSIX_SPAWN).toList();

    assertThatThrownBy(() -> new Calibration(without, FAULTS).fit("partial"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void calibrationSurvivesItsFile(@TempDir Path folder) throws Exception {
    HostCosts costs = new Calibration(host(80, 120), FAULTS).fit("Linux 6.18, \"a\" host");
    Path file = folder.resolve("costs.json");

    Files.writeString(file, HostCostsFile.write(costs));

    assertThat(HostCostsFile.read(file)).isEqualTo(costs);
  }

  @Test
  void damagedCalibrationIsRefusedInOneLineThatNamesTheFile(@TempDir Path folder) throws Exception {
    String whole = HostCostsFile.write(new Calibration(host(80, 80), FAULTS).fit("here"));
    Path file = folder.resolve("costs.json");
    for (String text :
        List.of(
            "",
            "[]",
            "{\"schema\": 1}",
            whole.substring(0, whole.length() / 2),
            whole.replace("\"fixedNanos\" : 102000.0", "\"fixedNanos\" : -1"),
            whole.replace("\"forkNanos\" : 80", "\"forkNanos\" : \"NaN\", \"x\" : 80"),
            "[".repeat(60_000),
            " ".repeat(70_000))) {
      Files.writeString(file, text);

      assertThatThrownBy(() -> HostCostsFile.read(file))
          .as(text.length() > 200 ? text.length() + " characters" : text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("costs.json: not a calibration")
          .hasMessageNotContaining("\n");
    }
  }
}
