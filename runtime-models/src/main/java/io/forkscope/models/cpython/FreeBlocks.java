package io.forkscope.models.cpython;

import io.forkscope.models.MeasuredRows;
import io.forkscope.models.allocator.Pymalloc;
import java.util.Arrays;
import java.util.List;

/**
 * Blocks of a size class that a started interpreter has free in pools that hold others, as
 * measured; {@code cpython-free-blocks.tsv} says how. New objects take them first.
 *
 * @param blockBytes of the class
 * @param count how many
 */
record FreeBlocks(int blockBytes, int count) {

  private static final List<String[]> ROWS =
      MeasuredRows.read(FreeBlocks.class, "cpython-free-blocks.tsv", "\t");

  /** Those of an interpreter that runs a program of its own; none of 2.7, which does not tell. */
  static List<FreeBlocks> of(CPythonVersion version, boolean site) {
    return ROWS.stream()
        .filter(
            row ->
                row[0].equals(version.text()) && row[1].equals(StartedInterpreter.siteName(site)))
        .flatMap(row -> Arrays.stream(row[2].split(" ", -1)))
        .map(FreeBlocks::parse)
        .toList();
  }

  private static FreeBlocks parse(String cell) {
    int[] of = Arrays.stream(cell.split(":", -1)).mapToInt(Integer::parseInt).toArray();
    return new FreeBlocks(of[0], of[1]);
  }

  void load(Pymalloc pymalloc) {
    pymalloc.loadFree(blockBytes, count);
  }
}
