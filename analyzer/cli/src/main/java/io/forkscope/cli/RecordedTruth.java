package io.forkscope.cli;

import io.forkscope.core.casefile.CaseFileException;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Counts of an earlier measurement: a CSV file whose header names at least {@code case}, {@code n},
 * {@code base_pages} and {@code action_cow}, and {@code version} where the runtime has several.
 */
final class RecordedTruth {
  private static final int MOST_BYTES = 16 << 20;

  private RecordedTruth() {}

  /**
   * A row.
   *
   * @param scenario the case
   * @param residentPages of the parent at the fork
   * @param brokenPages that the action broke
   */
  record Row(Scenario scenario, long residentPages, long brokenPages) {}

  /**
   * The rows of a file.
   *
   * @param version of all rows, or null for the column's
   * @throws CaseFileException with the line that cannot be taken
   */
  static List<Row> read(Path file, RuntimeModelProvider provider, @Nullable String version)
      throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new CaseFileException(file.toString(), "is larger than 16 MiB");
    }
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    List<String> header = lines.isEmpty() ? List.of() : cells(lines.get(0));
    for (String column : List.of("case", "n", "base_pages", "action_cow")) {
      if (!header.contains(column)) {
        throw new CaseFileException(file + ":1", "the header lacks the column " + column);
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      List<String> cells = cells(lines.get(i));
      String where = file + ":" + (i + 1);
      if (cells.size() != header.size()) {
        throw new CaseFileException(
            where, cells.size() + " cells, the header has " + header.size());
      }
      String of = version(header, cells, provider);
      if (version == null || version.equals(of)) {
        rows.add(row(where, header, cells, provider, of));
      }
    }
    return rows;
  }

  private static String version(
      List<String> header, List<String> cells, RuntimeModelProvider provider) {
    int column = header.indexOf("version");
    List<String> known = provider.versions();
    return column < 0 ? known.get(known.size() - 1) : cells.get(column);
  }

  private static Row row(
      String where,
      List<String> header,
      List<String> cells,
      RuntimeModelProvider provider,
      String version) {
    try {
      long count = number(header, cells, "n");
      if (count < 0 || count > Population.MOST) {
        throw new IllegalArgumentException("n is " + count);
      }
      return new Row(
          provider.expand(cells.get(header.indexOf("case")), version, count),
          number(header, cells, "base_pages"),
          number(header, cells, "action_cow"));
    } catch (IllegalArgumentException e) {
      throw new CaseFileException(where, String.valueOf(e.getMessage()));
    }
  }

  private static long number(List<String> header, List<String> cells, String column) {
    String text = cells.get(header.indexOf(column));
    if (!text.matches("[0-9]{1,15}")) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is not a whole number: \"%s\"", column, text));
    }
    return Long.parseLong(text);
  }

  private static List<String> cells(String line) {
    return List.of(line.split(",", -1));
  }
}
