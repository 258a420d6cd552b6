package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import java.util.List;

/**
 * What an interpreter that has compiled its program has left free, and what its collector has
 * counted, with and without the site module. All was measured here, with the shared harness.
 *
 * @param arenas of its own: sys._debugmallocstats(), 3.6 on; of 2.7 by pages
 * @param sparePools free pools in its arenas: sys._debugmallocstats(), 3.6 on; of 2.7 by when an
 *     arena more stays of so many dropped lists
 * @param growthSlackKib KiB past malloc's threshold up to which a list grows at the top of the
 *     heap, which is what the heap's last extension has left there: measured in steps of an eighth
 * @param ownRoomPages pages at the end of its own heap that it has used and freed, which a table
 *     takes that fits: measured as what an import finds there beside tables of 16 to 128 KB
 * @param counts gc.get_count(), and objects of the middle and the old generation; 2.7 to 3.7 tell
 *     only their sum
 * @param free lists, dicts and tuples of two and three that wait on the free lists of their types,
 *     and that gc.get_count() leaves out when they are taken
 */
record StartedInterpreter(
    int arenas,
    int sparePools,
    int growthSlackKib,
    int ownRoomPages,
    List<Integer> counts,
    List<Integer> free) {

  static final String OPTION = "site";

  static final List<String> NAMES = List.of("off", "on");

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
    return site ? withSite(version) : withoutSite(version);
  }

  private static StartedInterpreter withoutSite(CPythonVersion version) {
    return switch (version) {
      case V2_7 -> of(6, 40, 36, 0, List.of(321, 8, 0, 3200, 0), List.of(6, 0, 64, 1));
      case V3_6 -> of(9, 21, 4, 0, List.of(644, 4, 1, 560, 5700), List.of(7, 3, 21, 10));
      case V3_7 -> of(8, 4, 36, 0, List.of(43, 3, 1, 525, 5300), List.of(44, 0, 0, 2));
      case V3_8 -> of(8, 27, 80, 0, List.of(633, 1, 1, 529, 4927), List.of(44, 0, 6, 1));
      case V3_9 -> of(7, 18, 99, 26, List.of(186, 0, 1, 0, 5257), List.of(56, 0, 7, 1));
      case V3_10 -> of(3, 50, 51, 0, List.of(551, 1, 1, 510, 5068), List.of(50, 8, 77, 15));
      case V3_11 -> of(2, 5, 128, 0, List.of(2, 1, 1, 742, 5765), List.of(2, 5, 269, 3));
      case V3_12 -> of(2, 9, 99, 0, List.of(189, 8, 0, 6695, 0), List.of(2, 1, 190, 5));
      case V3_13 -> of(3, 48, 2, 0, List.of(614, 4, 0, 6069, 0), List.of(12, 9, 142, 14));
    };
  }

  private static StartedInterpreter withSite(CPythonVersion version) {
    return switch (version) {
      case V2_7 -> of(6, 26, 64, 0, List.of(204, 10, 0, 4004, 0), List.of(71, 22, 340, 1));
      case V3_6 -> of(10, 35, 43, 0, List.of(589, 5, 1, 700, 5800), List.of(21, 2, 11, 13));
      case V3_7 -> of(9, 46, 43, 0, List.of(21, 4, 1, 700, 5300), List.of(49, 0, 57, 2));
      case V3_8 -> of(8, 0, 8, 0, List.of(111, 2, 1, 1171, 4816), List.of(49, 0, 2, 1));
      case V3_9 -> of(8, 55, 146, 30, List.of(483, 0, 1, 0, 5074), List.of(61, 0, 189, 1));
      case V3_10 -> of(3, 45, 89, 18, List.of(619, 2, 1, 928, 4704), List.of(55, 8, 235, 15));
      case V3_11 -> withoutSite(version); // not measured: of a program that serves, assumed
      case V3_12 -> of(2, 7, 116, 0, List.of(382, 8, 0, 6549, 0), List.of(13, 1, 232, 5));
      case V3_13 -> of(3, 42, 146, 12, List.of(1265, 4, 0, 5727, 0), List.of(23, 9, 278, 14));
    };
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

  private static StartedInterpreter of(
      int arenas,
      int sparePools,
      int slackKib,
      int ownRoom,
      List<Integer> counts,
      List<Integer> free) {
    return new StartedInterpreter(arenas, sparePools, slackKib, ownRoom, counts, free);
  }
}
