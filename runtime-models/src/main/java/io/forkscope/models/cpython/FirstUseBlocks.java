package io.forkscope.models.cpython;

import io.forkscope.models.MeasuredRows;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Small blocks that first uses take and keep. They fill what holes there are in inherited pools
 * before new pools: a pool that was full goes to the head of its class's list when a block of it is
 * freed (insert_to_usedpool, Objects/obmalloc.c; pymalloc_free).
 */
final class FirstUseBlocks {

  private static final Map<CPythonVersion, Map<String, Map<Integer, Integer>>> MEASURED =
      read("cpython-blocks.tsv");

  private static final Map<CPythonVersion, Map<String, Map<Integer, Integer>>> TUPLES =
      read("cpython-tuples.tsv");

  private static final Map<CPythonVersion, Map<String, int[]>> CONTAINERS = readContainers();

  private FirstUseBlocks() {}

  /** How many blocks of which bytes; none of a step that was not measured. */
  static Map<Integer, Integer> of(CPythonVersion version, String step) {
    return MEASURED.getOrDefault(version, Map.of()).getOrDefault(step, Map.of());
  }

  /** How many tuples of how many items it keeps; none of a step that was not measured. */
  static Map<Integer, Integer> tuplesOf(CPythonVersion version, String step) {
    return TUPLES.getOrDefault(version, Map.of()).getOrDefault(step, Map.of());
  }

  /** How many dicts, tables of dicts and lists that wait on their free lists it takes and keeps. */
  static int[] containersOf(CPythonVersion version, String step) {
    return CONTAINERS.getOrDefault(version, Map.of()).getOrDefault(step, new int[3]);
  }

  private static Map<CPythonVersion, Map<String, int[]>> readContainers() {
    Map<CPythonVersion, Map<String, int[]>> all = new EnumMap<>(CPythonVersion.class);
    for (String[] cells : MeasuredRows.read(FirstUseBlocks.class, "cpython-waiting.tsv", "\t")) {
      if (!cells[0].equals("version")) {
        all.computeIfAbsent(CPythonVersion.of(cells[0]), v -> new HashMap<>())
            .put(cells[1], MeasuredRows.numbers(cells, 2));
      }
    }
    return all;
  }

  private static Map<CPythonVersion, Map<String, Map<Integer, Integer>>> read(String resource) {
    Map<CPythonVersion, Map<String, Map<Integer, Integer>>> all =
        new EnumMap<>(CPythonVersion.class);
    for (String[] cells : MeasuredRows.read(FirstUseBlocks.class, resource, "\t")) {
      if (!cells[0].equals("version")) {
        Map<Integer, Integer> blocks = new TreeMap<>();
        for (String entry : cells[2].split(" ", -1)) {
          String[] pair = entry.split(":", -1);
          blocks.put(Integer.valueOf(pair[0]), Integer.valueOf(pair[1]));
        }
        all.computeIfAbsent(CPythonVersion.of(cells[0]), v -> new HashMap<>())
            .put(cells[1], blocks);
      }
    }
    return all;
  }
}
