package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Mark;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import io.forkscope.models.TruthTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that serve requests, against what the kernel counted for a real pre-forking worker. */
class ServedRequestsTest {

  /** Counts at one mark of a series, without what the fork itself broke. */
  record Point(String series, long requests, long predicted, long broken) {
    double error() {
      return Math.abs(predicted - broken) / (double) Math.max(1, broken);
    }
  }

  @Test
  void everyRecordedPointFromTenRequestsOnIsWithinFivePercent() throws IOException {
    List<Point> points = points("prefork-worker.csv", false);

    printed("worker curves", points);
    assertThat(points).hasSize(70);
    assertThat(points)
        .allSatisfy(
            p ->
                assertThat(
                        p.broken() < 200 ? Math.abs(p.predicted() - p.broken()) / 500.0 : p.error())
                    .as(p.toString())
                    .isLessThanOrEqualTo(0.05));
  }

  /**
   * Two to four workers that are replaced together, and workers of a real gunicorn; see the file.
   */
  @Test
  void severalWorkersAndThoseOfGunicornFollowTheKernelsCounts() {
    TruthTable table =
        TruthTable.spelledOut(
            new CPythonProvider(), "3.11", ServedRequestsTest.class, "workers.tsv");

    System.out.println("workers: " + table.summary());

    assertThat(table.rows()).hasSize(147);
    assertThat(table.percentile95()).as(table.print()).isLessThan(0.05);
    assertThat(table.rows())
        .as(table.print())
        .allMatch(row -> Math.abs(row.error()) < 0.09 || row.holds());
  }

  /**
   * Requests of 1 to 20 records, on the versions whose replies grow through many size classes; and
   * the harness's own worker.
   */
  @ParameterizedTest
  @CsvSource({"served-requests.tsv, on, 0.1", "served-requests-harness.tsv, off, 0.08"})
  void requestsOfSeveralRecordsFollowTheKernelsCounts(String file, String site, double worst)
      throws IOException {
    Map<String, Trajectory> predicted = new HashMap<>();
    List<Point> points = new ArrayList<>();
    for (String[] row : rows(file, "\t")) {
      String series = row[0] + " " + row[1] + " of " + row[2];
      long requests = Long.parseLong(row[3]);
      Trajectory trajectory =
          predicted.computeIfAbsent(series, k -> run(row[1], row[0], Long.parseLong(row[2]), site));
      points.add(
          new Point(
              series,
              requests,
              trajectory.brokenByActions(mark(trajectory, requests)),
              Long.parseLong(row[4])));
    }

    List<Double> large = printed(file, points);
    assertThat(points).hasSizeGreaterThan(150);
    assertThat(large.get(large.size() * 95 / 100)).isLessThanOrEqualTo(0.05);
    assertThat(points)
        .allSatisfy(
            p ->
                assertThat(
                        p.broken() >= 200
                            ? p.error() / worst
                            : Math.abs(p.predicted() - p.broken()) / 25.0)
                    .as(p.toString())
                    .isLessThanOrEqualTo(1));
  }

  /** The errors of points of 200 pages or more, ascending, which it prints. */
  private static List<Double> printed(String what, List<Point> points) {
    List<Double> large =
        points.stream().filter(p -> p.broken() >= 200).map(Point::error).sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "%s: %d points of 200 pages or more, median %.2f %%, p95 %.2f %%, worst %.2f %%%n",
        what,
        large.size(),
        100 * large.get(large.size() / 2),
        100 * large.get(large.size() * 95 / 100),
        100 * large.get(large.size() - 1));
    return large;
  }

  /** New pages, which no sharing is lost by, are predicted apart from broken ones. */
  @Test
  void freshPagesAreWithinFivePercentOrTenPages() throws IOException {
    assertThat(points("prefork-worker.csv", true))
        .allSatisfy(
            p ->
                assertThat((double) Math.abs(p.predicted() - p.broken()))
                    .as(p.toString())
                    .isLessThanOrEqualTo(Math.max(10, 0.05 * p.broken())));
  }

  private static List<Point> points(String file, boolean fresh) throws IOException {
    List<Point> points = new ArrayList<>();
    Map<String, Trajectory> predicted = new LinkedHashMap<>();
    Map<String, Long> atFork = new HashMap<>();
    for (String[] row : rows(file, ",")) {
      String version = row[1].substring(0, row[1].lastIndexOf('.'));
      String series = "json.serve" + row[4] + "." + row[2].replace('+', '.');
      long requests = Long.parseLong(row[6]);
      long counted = Long.parseLong(row[fresh ? 9 : 8]);
      if (requests == 0) {
        atFork.put(version + series, counted);
      }
      if (requests >= 10) {
        Trajectory trajectory =
            predicted.computeIfAbsent(
                version + series, k -> run(series, version, Long.parseLong(row[3]), "off"));
        Mark mark = mark(trajectory, requests);
        points.add(
            new Point(
                version + " " + series,
                requests,
                fresh ? mark.grownPages() : trajectory.brokenByActions(mark),
                counted - atFork.getOrDefault(version + series, 0L)));
      }
    }
    return points;
  }

  private static Mark mark(Trajectory trajectory, long requests) {
    return trajectory.marks().stream().filter(m -> m.epoch() == requests).findFirst().orElseThrow();
  }

  private static Trajectory run(String series, String version, long count, String site) {
    Scenario scenario =
        CPythonCases.expand(series, version, count)
            .withOptions(Map.of(StartedInterpreter.OPTION, site));
    return Simulation.run(scenario, new CPythonProvider());
  }

  private static List<String[]> rows(String file, String separator) throws IOException {
    try (InputStream in = ServedRequestsTest.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException(file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1)
          .map(line -> line.split(separator, -1))
          .toList();
    }
  }
}
