package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.models.MeasuredRows;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an interpreter that has compiled its program has left free, with and without the site
 * module, as measured; {@code cpython-starts.tsv} says how.
 *
 * @param arenas of its own
 * @param sparePools free pools in its arenas
 * @param growthSlackKib KiB past malloc's threshold up to which a list grows at the top of the heap
 * @param ownRoomPages pages at the end of its own heap that it has used and freed, which a table
 *     takes that fits
 * @param free lists, dicts and tuples of two and three that wait on the free lists of their types,
 *     and that gc.get_count() leaves out when they are taken
 * @param freeBlocks free blocks of pools that hold others
 */
record StartedInterpreter(
    int arenas,
    int sparePools,
    int growthSlackKib,
    int ownRoomPages,
    List<Integer> free,
    List<FreeBlocks> freeBlocks) {

  static final String OPTION = "site";

  static final List<String> NAMES = List.of("off", "on");

  private static final Map<CPythonVersion, StartedInterpreter> WITHOUT_SITE = read(false);
  private static final Map<CPythonVersion, StartedInterpreter> WITH_SITE = read(true);

  /**
   * Whether a scenario's interpreter imports the site module.
   *
   * @throws IllegalArgumentException if that was not measured: 3.11 that serves no requests was
   *     without it only
   */
  static boolean importsSite(Scenario plan) {
    String name = plan.options().getOrDefault(OPTION, NAMES.get(0));
    Nearest.check(OPTION, name, NAMES);
    boolean site = name.equals("on");
    if (site && plan.version().equals(CPythonVersion.V3_11.text()) && !ServeActions.serves(plan)) {
      throw new IllegalArgumentException(
          plan.name()
              + ": option 'site' can only be off in 3.11, whose start was not measured with it");
    }
    return site;
  }

  static StartedInterpreter of(CPythonVersion version, boolean site) {
    return Objects.requireNonNull((site ? WITH_SITE : WITHOUT_SITE).get(version));
  }

  /** How the option, and the measured rows, say it. */
  static String siteName(boolean site) {
    return NAMES.get(site ? 1 : 0);
  }

  private static Map<CPythonVersion, StartedInterpreter> read(boolean site) {
    Map<CPythonVersion, StartedInterpreter> all = new EnumMap<>(CPythonVersion.class);
    String resource = "cpython-starts.tsv";
    for (String[] row : MeasuredRows.read(StartedInterpreter.class, resource, "\t")) {
      if (row[1].equals(siteName(site))) {
        int[] of = MeasuredRows.numbers(row, 2);
        List<Integer> free = List.of(of[4], of[5], of[6], of[7]);
        CPythonVersion version = CPythonVersion.of(row[0]);
        List<FreeBlocks> freeBlocks = FreeBlocks.of(version, site);
        all.put(version, new StartedInterpreter(of[0], of[1], of[2], of[3], free, freeBlocks));
      }
    }
    return all;
  }

  /**
   * Containers that are garbage at the start, and that wait on free lists when the first collection
   * of the middle generation has found them: by so many a first use is counted less. Measured by
   * gc.get_count() without site, assumed with it; where the first of the youngest finds some, first
   * uses were measured after it.
   */
  static int garbage(CPythonVersion version) {
    return version == CPythonVersion.V3_6 ? 79 : 0;
  }

  /**
   * Pages at the top of the heap that the smaller tables of a large set leave free: measured as
   * what first uses write there beside a set, without site. In 3.6 and 3.7 the table of 128 KiB
   * still finds room there.
   */
  static int setRoomPages(CPythonVersion version) {
    return switch (version) {
      case V3_6, V3_7 -> 32;
      case V3_8, V3_11 -> 11;
      case V3_12 -> 6;
      default -> 0;
    };
  }
}
