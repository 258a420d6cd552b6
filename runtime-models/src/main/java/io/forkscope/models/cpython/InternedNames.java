package io.forkscope.models.cpython;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.MeasuredRows;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The dict of interned strings once the names of many functions are in it, and that of their
 * globals. A first use interns hundreds of names more, whose slots lie scattered over it; of the
 * table that a start has they are among the interpreter's own pages. Functions of all populations
 * have the same names, f0 and so on. Not modelled: a table that grows in the child.
 */
final class InternedNames {

  private static final int PAGE = PageSize.BASE_BYTES;
  private static final String START = "start";
  private static final Map<CPythonVersion, Map<String, Integer>> MEASURED = read();

  private final Map<String, Integer> measured;
  private final HolderTables tables;
  private final long functions;

  /** Interned by first uses since the fork. */
  private long names;

  InternedNames(CPythonLayout layout, Scenario plan) {
    measured = MEASURED.getOrDefault(layout.version(), Map.of());
    tables = new HolderTables(layout);
    functions =
        plan.populations().stream()
            .filter(population -> hasFunctions(population.of()))
            .mapToLong(population -> population.count())
            .max()
            .orElse(0);
  }

  private InternedNames(InternedNames other) {
    measured = other.measured;
    tables = other.tables;
    functions = other.functions;
  }

  private static boolean hasFunctions(Value value) {
    return value.kind().equals("function")
        || value.parts().stream().anyMatch(InternedNames::hasFunctions);
  }

  /** The same in a child, which has used nothing yet. */
  InternedNames fork() {
    return new InternedNames(this);
  }

  private long atStart() {
    return measured.getOrDefault(START, 0);
  }

  private boolean isLarge() {
    return functions > 0
        && tables.dictIndexBytes(atStart() + functions) > tables.dictIndexBytes(atStart());
  }

  /** Lays the tables of the program's functions. */
  void lay(ProcessMemory memory) {
    if (isLarge()) {
      long bytes =
          tables.dictReachedBytes(atStart() + functions, true)
              + tables.dictReachedBytes(functions, true);
      bytes = (bytes + PAGE - 1) & -PAGE;
      memory.map(
          Region.anonymous("tables of names", RegionKind.ANONYMOUS, AddressMap.NAMES, bytes));
      memory.sink(CPythonCauses.ALLOCATION).writeRange(AddressMap.NAMES, bytes);
    }
  }

  /** Writes the names of a first use, as far as it was measured how many they are. */
  void use(String step, ProcessMemory memory) {
    names += measured.getOrDefault(step, 0);
    long pages = isLarge() ? touched(atStart() + functions) - touched(atStart()) : 0;
    if (pages > 0) {
      memory.sink(CPythonCauses.FIRST_USE).writeRange(AddressMap.NAMES, pages * PAGE);
    }
  }

  /** Pages of a table's index that so many names hit at random. */
  private long touched(long entries) {
    double pages = (double) tables.dictIndexBytes(entries) / PAGE;
    return Math.round(pages * -Math.expm1(-names / pages));
  }

  private static Map<CPythonVersion, Map<String, Integer>> read() {
    Map<CPythonVersion, Map<String, Integer>> all = new EnumMap<>(CPythonVersion.class);
    for (String[] cells : MeasuredRows.read(InternedNames.class, "cpython-names.tsv", "\t")) {
      if (!cells[0].equals("version")) {
        all.computeIfAbsent(CPythonVersion.of(cells[0]), v -> new HashMap<>())
            .put(cells[1], Integer.valueOf(cells[2]));
      }
    }
    return all;
  }
}
