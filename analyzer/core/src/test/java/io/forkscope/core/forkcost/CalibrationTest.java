package io.forkscope.core.forkcost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forkscope.core.memory.PageSize;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {

  private static final Map<PageSize, Calibration.Faults> FAULTS =
      Map.of(PageSize.BASE_4K, new Calibration.Faults(4_000, 1_000));

  private static ForkedMemory base(long pages, int mappings) {
    return new ForkedMemory(pages * 4096, PageSize.BASE_4K, mappings);
  }

  /** Five processes at a point, of which one was lucky and one was not. */
  private static void add(
      List<ForkSample> samples, ForkWay way, ForkedMemory memory, double nanos) {
    for (double noise : new double[] {9, 1.2, 1, 0.8, 0.2}) {
      samples.add(new ForkSample(way, memory, nanos * noise, 70_000 * noise));
    }
  }

  /** A host whose forks cost 100 us, 2 us a mapping, and by the page what its curves say. */
  private static List<ForkSample> host() {
    List<ForkSample> samples = new ArrayList<>();
    for (ForkWay way : ForkWay.values()) {
      add(samples, way, base(0, 0).kept(), way.copiesPageTables() ? 100_000 : 60_000);
    }
    add(samples, ForkWay.FORK, base(0, 1000).kept(), 100_000 + 2_000_000);
    for (long pages : new long[] {7_000, 1_000, 13_000}) {
      add(samples, ForkWay.FORK, base(pages, 0), 400_000 + 80.0 * pages);
      add(samples, ForkWay.FORK, base(pages, 0).kept(), 150_000 + 20.0 * pages);
    }
    return samples;
  }

  @Test
  void plantedCostsAreFound() {
    HostCosts costs = new Calibration(host(), FAULTS).costs("planted");
    ForkCostModel model = new ForkCostModel(costs);

    assertThat(costs.fixedNanos()).isEqualTo(100_000);
    assertThat(costs.mappingNanos()).isEqualTo(2_000);
    assertThat(costs.execNanos()).isEqualTo(70_000);
    assertThat(costs.page(PageSize.BASE_4K).copyNanos()).isEqualTo(4_000);
    for (long pages : new long[] {1_000, 4_000, 13_000}) {
      assertThat(model.parentNanos(ForkWay.FORK_EXEC, base(pages, 0)))
          .isCloseTo(400_000 + 80.0 * pages, within(1e-3));
      assertThat(model.parentNanos(ForkWay.FORK, base(pages, 0).kept()))
          .isCloseTo(150_000 + 20.0 * pages, within(1e-3));
    }
  }

  /** Forks of few huge pages vanish in the noise: that must not make all huge pages free. */
  @Test
  void pointNoSlowerThanTheForkOfNothingIsFreeAndLeavesTheOthersAsTheyAre() {
    List<ForkSample> samples = host();
    samples.removeIf(s -> s.memory().equals(base(1_000, 0)));
    add(samples, ForkWay.FORK, base(1_000, 0), 90_000);
    ForkCostModel model = new ForkCostModel(new Calibration(samples, FAULTS).costs("planted"));

    assertThat(model.parentNanos(ForkWay.FORK, base(1_000, 0))).isEqualTo(100_000);
    assertThat(model.parentNanos(ForkWay.FORK, base(7_000, 0))).isEqualTo(960_000);
  }

  /** The least of the runs of each row: elapsed, on a shared processor, in microseconds. */
  private static List<ForkSample> table(double without) throws Exception {
    List<ForkSample> samples = new ArrayList<>();
    for (ForkWay way : ForkWay.values()) {
      add(samples, way, base(0, 0), 100_000);
    }
    for (String line : resource("forkcost.csv").lines().toList()) {
      String[] cells = line.split(",", -1);
      if (cells[3].equals("fork") && !cells[2].equals("0")) {
        double gib = Double.parseDouble(cells[2]);
        ForkedMemory memory = base((long) (gib * (1 << 18)), 0);
        double nanos = Double.parseDouble(cells[5]) * 1e3;
        if (gib != without) {
          samples.add(new ForkSample(ForkWay.FORK, memory, nanos, 0));
        }
        samples.add(new ForkSample(ForkWay.FORK, memory.kept(), nanos, 0));
      }
    }
    return samples;
  }

  @Test
  void spreadIsTheMeanDistanceFromThePoint() {
    assertThat(new Calibration(host(), FAULTS).spread())
        .isCloseTo((8 + 0.2 + 0 + 0.2 + 0.8) / 5, within(1e-9));
  }

  private static String resource(String name) throws Exception {
    try (InputStream in = CalibrationTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void forksOfAnotherHostArePredictedFromItsOtherSizesWithinFifteenPercent() throws Exception {
    for (double gib : new double[] {0.25, 0.5, 1, 2, 4, 8}) {
      ForkCostModel model =
          new ForkCostModel(new Calibration(table(gib), FAULTS).costs("another host"));
      ForkedMemory memory = base((long) (gib * (1 << 18)), 0);
      double measured = new Calibration(table(-1), FAULTS).parentNanos(ForkWay.FORK, memory);

      assertThat(model.parentNanos(ForkWay.FORK, memory) / measured)
          .as("%.2f GiB", gib)
          .isCloseTo(1, within(0.15));
    }
  }

  @Test
  void missingMeasurementIsNamedAndNotFilledIn() {
    List<ForkSample> without = host().stream().filter(s -> s.way() != ForkWay.POSIX_SPAWN).toList();

    assertThatThrownBy(() -> new Calibration(without, FAULTS).costs("partial"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void calibrationSurvivesItsFile(@TempDir Path folder) throws Exception {
    HostCosts costs = new Calibration(host(), FAULTS).costs("Linux 6.18, \"a\" host");
    Path file = folder.resolve("costs.json");

    Files.writeString(file, HostCostsFile.write(costs));

    assertThat(HostCostsFile.read(file)).isEqualTo(costs);
  }

  @Test
  void damagedCalibrationIsRefusedInOneLineThatNamesTheFile(@TempDir Path folder) throws Exception {
    String whole = HostCostsFile.write(new Calibration(host(), FAULTS).costs("here"));
    Path file = folder.resolve("costs.json");
    for (String text :
        List.of(
            "",
            "[]",
            "{\"schema\": 1}",
            whole.replace("\"schemaVersion\" : 5", "\"schemaVersion\" : 4"),
            whole.substring(0, whole.length() / 2),
            whole.replace("\"fixedNanos\" : 100000.0", "\"fixedNanos\" : -1"),
            whole.replace("\"spread\" : 1", "\"spread\" : -1"),
            whole.replace("\"pages\" : 7000", "\"pages\" : 700"),
            whole.replace("\"kept\"", "\"keep\""),
            whole.replace("\"copyNanos\" : 4", "\"copyNanos\" : \"NaN\", \"x\" : 4"),
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
