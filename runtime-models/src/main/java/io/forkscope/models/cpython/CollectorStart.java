package io.forkscope.models.cpython;

import io.forkscope.models.MeasuredRows;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How the collector stands when a program begins to build, as measured; {@code
 * cpython-collector-starts.tsv} says how.
 *
 * @param young containers made since the last young collection
 * @param middle young collections since the last of the middle generation
 * @param old collections of the middle generation since the last full one
 * @param middleObjects objects in the middle generation
 * @param oldObjects objects in the old generation
 */
record CollectorStart(int young, int middle, int old, int middleObjects, int oldObjects) {

  private static final Map<Program, CollectorStart> MEASURED = read();

  private record Program(CPythonVersion version, String kind, String site) {}

  /**
   * What was measured of a version that runs such a program.
   *
   * @param site whether it imports the site module, as gunicorn always does
   */
  static CollectorStart of(CPythonVersion version, ProgramKind program, boolean site) {
    String imports = StartedInterpreter.siteName(site || program == ProgramKind.GUNICORN);
    ProgramKind alike = program == ProgramKind.SPELLED && site ? ProgramKind.PLAIN : program;
    String kind = alike.name().toLowerCase(Locale.ROOT);
    return Objects.requireNonNull(MEASURED.get(new Program(version, kind, imports)));
  }

  private static Map<Program, CollectorStart> read() {
    Map<Program, CollectorStart> all = new HashMap<>();
    String resource = "cpython-collector-starts.tsv";
    for (String[] row : MeasuredRows.read(CollectorStart.class, resource, "\t")) {
      if (!row[0].equals("version")) {
        int[] counts = MeasuredRows.numbers(row, 3);
        all.put(
            new Program(CPythonVersion.of(row[0]), row[1], row[2]),
            new CollectorStart(counts[0], counts[1], counts[2], counts[3], counts[4]));
      }
    }
    return all;
  }
}
