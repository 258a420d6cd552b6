package io.forkscope.models.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RedisTruthTest {

  private static final RedisProvider REDIS = new RedisProvider();

  /** A save that was measured: what Redis reported, and what frames showed of its parent. */
  private record Save(String name, long keys, long resident, long cowPages, long parentPages) {
    static Save of(String line) {
      String[] cells = line.split(",", -1);
      return new Save(
          cells[0],
          Long.parseLong(cells[1]),
          Long.parseLong(cells[2]),
          Long.parseLong(cells[3]),
          Long.parseLong(cells[4]));
    }
  }

  @Test
  void predictsTheCowSizeThatRedisReportedWithinFivePercent() throws Exception {
    List<String> off = new ArrayList<>();
    int cases = 0;
    for (Save save : saves()) {
      Trajectory trajectory = run(save.name(), save.keys());
      cases++;
      compare(save.name() + " COW size", trajectory.end().sleeperPages(), save.cowPages(), off);
      if (save.parentPages() >= 0) {
        long predicted = trajectory.copiedForActions(trajectory.end());
        compare(save.name() + " parent", predicted, save.parentPages(), off);
      }
      if (save.resident() >= 0) {
        compare(save.name() + " resident", trajectory.residentPages(), save.resident(), off);
      }
    }

    assertThat(cases).isGreaterThan(15);
    assertThat(off).isEmpty();
  }

  private static void compare(String what, long predicted, long measured, List<String> off) {
    double error = (double) (predicted - measured) / measured;
    String line =
        String.format(
            Locale.ROOT, "%-62s %8d %8d %+7.2f %%", what, predicted, measured, 100 * error);
    System.out.println(line);
    boolean holds = measured < 200 ? Math.abs(predicted - measured) <= 45 : Math.abs(error) <= 0.05;
    if (!holds) {
      off.add(line);
    }
  }

  /** A hot tenth scattered over all pages costs nearly what all keys cost; side by side a tenth. */
  @Test
  void scatteredHotKeysCostNearlyAsMuchAsAllAndNeighboursATenth() {
    long scattered = cow("strings.set.writes30000.hot10", 100_000);
    long all = cow("strings.set.writes30000", 100_000);

    assertThat(scattered).isBetween(all * 85 / 100, all);
    assertThat(cow("strings.set.writes30000.hot1", 100_000)).isLessThan(all * 45 / 100);
  }

  /** A child gives long values back once it has dumped them, so that fewer copies count. */
  @Test
  void valuesOfWholePagesCostLessThanTheirCopies() {
    Trajectory trajectory = run("strings.set.bytes8000.writes2000", 4_000);

    assertThat(trajectory.end().sleeperPages())
        .isLessThan(trajectory.brokenByActions(trajectory.end()) * 3 / 4);
  }

  @Test
  void readsCostNothingOfTheData() {
    assertThat(cow("strings.get.writes50000", 100_000)).isLessThan(260);
  }

  @Test
  void libcSpreadsTheSameKeysOverMorePagesThanJemalloc() {
    assertThat(run("strings.set.libc", 50_000).residentPages())
        .isGreaterThan(run("strings.set", 50_000).residentPages());
  }

  /** What is due each millisecond goes out together. */
  @Test
  void aRateSaysHowManyCommandsGoTogether() {
    assertThat(RedisModel.pipeline(REDIS.expand("strings.set.rate5000.seconds3", "7.0", 10)))
        .isEqualTo(5);
    assertThat(RedisModel.pipeline(REDIS.expand("strings.set.rate50.seconds3", "7.0", 10)))
        .isEqualTo(1);
    assertThat(
            RedisModel.pipeline(REDIS.expand("strings.set.rate50.seconds3.pipeline7", "7.0", 10)))
        .isEqualTo(7);
    assertThat(RedisModel.rate(REDIS.expand("strings.set", "7.0", 10))).isZero();
  }

  @Test
  void refusesUnknownWordsWithTheNearest() {
    assertThatThrownBy(() -> REDIS.expand("strings.sett", "7.0", 10)).hasMessageContaining("set");
    assertThatThrownBy(() -> REDIS.expand("strings.set.bites8", "7.0", 10))
        .hasMessageContaining("bytesN");
    assertThatThrownBy(() -> REDIS.expand("lists.set", "7.0", 10)).hasMessageContaining("list");
    assertThatThrownBy(() -> REDIS.expand("strings.set.rate5", "7.0", 10))
        .hasMessageContaining("secondsN");
    assertThatThrownBy(() -> REDIS.create("6.2")).hasMessageContaining("7.0");
  }

  private static long cow(String name, long keys) {
    return run(name, keys).end().sleeperPages();
  }

  private static Trajectory run(String name, long keys) {
    Scenario scenario = REDIS.expand(name, "7.0", keys);
    return Simulation.run(scenario, REDIS);
  }

  private static List<Save> saves() throws Exception {
    List<Save> saves = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(RedisTruthTest.class.getResourceAsStream("saves-7.0.csv")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#") && !line.startsWith("case,")) {
          saves.add(Save.of(line));
        }
      }
    }
    return saves;
  }
}
