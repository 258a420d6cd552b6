package io.forkscope.models.cpython;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.simulation.Simulation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Pages of the data that reading m elements of a permutation breaks, against the kernel's counts.
 * The counted program shuffled its indices before the first mark, so only what references break is
 * compared; the model's {@code sample} makes them after the fork.
 */
class RandomTouchTest {

  /** A row: {@code case,version,n,touched_m,data_pages_P,cow_pages}. */
  private record Row(String builder, String version, long count, long touched, long broken) {
    static Row of(String line) {
      String[] cells = line.split(",", -1);
      return new Row(
          cells[0].substring(0, cells[0].indexOf('.')),
          cells[1],
          Long.parseLong(cells[2]),
          Long.parseLong(cells[3]),
          Long.parseLong(cells[5]));
    }

    long predicted() {
      return Simulation.run(
              CPythonCases.expand(builder + ".curve" + touched, version, count),
              new CPythonProvider())
          .end()
          .brokeFirst()
          .getOrDefault("cpython.refcount", 0L);
    }
  }

  @Test
  void everyRecordedPointIsWithinThreePercentOrFivePages() throws IOException {
    List<Row> rows = rows();

    assertThat(rows).hasSize(66);
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat((double) Math.abs(row.predicted() - row.broken()))
                    .as("%s: %d", row, row.predicted())
                    .isLessThanOrEqualTo(Math.max(5, 0.03 * row.broken())));
  }

  private static List<Row> rows() throws IOException {
    try (InputStream in = RandomTouchTest.class.getResourceAsStream("random-touch.csv")) {
      if (in == null) {
        throw new IOException("random-touch.csv is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(Row::of)
          .toList();
    }
  }
}
