package io.forkscope.models.cpython;

import io.forkscope.models.MeasuredRows;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What two first uses of one process share, and do not; measured pair by pair. */
final class FirstUsePairs {

  private static final Map<CPythonVersion, Map<String, Pair>> WITH_SITE = read("on");
  private static final Map<CPythonVersion, Map<String, Pair>> WITHOUT = read("off");

  private FirstUsePairs() {}

  /**
   * Two first uses, in either order.
   *
   * @param heap pages of the heap that both touch beside the one that touches more there
   * @param arenas the same of arenas
   * @param data the same of the program's and its libraries' data
   * @param shared containers of modules that both need
   */
  record Pair(int heap, int arenas, int data, int shared) {}

  /**
   * A pair, with or without the site module; nothing if it was not measured.
   *
   * @param since what follows the names of steps that were measured after another, as {@code
   *     ".after.json"}
   */
  static Optional<Pair> of(
      CPythonVersion version, boolean site, String one, String other, String since) {
    Map<String, Pair> pairs = (site ? WITH_SITE : WITHOUT).getOrDefault(version, Map.of());
    String reverse = other + "+" + one + since;
    return Optional.ofNullable(pairs.getOrDefault(one + "+" + other + since, pairs.get(reverse)));
  }

  private static Map<CPythonVersion, Map<String, Pair>> read(String site) {
    Map<CPythonVersion, Map<String, Pair>> all = new EnumMap<>(CPythonVersion.class);
    for (String[] cells : MeasuredRows.read(FirstUsePairs.class, "cpython-pairs.tsv", "\t")) {
      if (cells[1].equals(site)) {
        int[] numbers = MeasuredRows.numbers(cells, 3);
        all.computeIfAbsent(CPythonVersion.of(cells[0]), v -> new HashMap<>())
            .put(cells[2], new Pair(numbers[0], numbers[1], numbers[2], numbers[3]));
      }
    }
    return all;
  }
}
