package io.forkscope.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Lists in the jar of what was measured: a row a line; a line that begins with # says how. */
public final class MeasuredRows {
  private MeasuredRows() {}

  /**
   * The rows of a resource beside a class.
   *
   * @param separator of the cells of a row
   */
  public static List<String[]> read(Class<?> beside, String name, String separator) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(separator, -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " in the jar cannot be read", e);
    }
  }

  /** The numbers of a row from a cell on. */
  public static int[] numbers(String[] row, int from) {
    return Arrays.stream(row, from, row.length).mapToInt(Integer::parseInt).toArray();
  }
}
