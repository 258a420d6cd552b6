package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.List;
import java.util.Set;

/** Who serves blocks of up to 512 bytes. */
enum SmallBlocks {
  /** Objects/obmalloc.c, as the interpreter is built by default. */
  PYMALLOC,
  /**
   * glibc, as PYTHONMALLOC=malloc asks for since 3.6: Objects/obmalloc.c, _PyMem_SetupAllocators.
   */
  MALLOC;

  static final String OPTION = "allocator";

  static final List<String> NAMES = List.of("pymalloc", "malloc");

  /** Steps whose own blocks grow glibc's heap, by amounts that were not measured. */
  private static final Set<String> BUILDING =
      Set.of(
          "json",
          "pickle",
          "deepcopy",
          "repr",
          "allocate",
          "serve",
          "weak-reference",
          "import",
          "log",
          "regex",
          "thread",
          "subprocess",
          "posix-spawn",
          "socket");

  /**
   * The choice of a scenario.
   *
   * @throws IllegalArgumentException if the model cannot say it
   */
  static SmallBlocks of(Scenario plan, CPythonVersion version) {
    String name = plan.options().getOrDefault(OPTION, NAMES.get(0));
    Nearest.check(OPTION, name, NAMES);
    SmallBlocks choice = values()[NAMES.indexOf(name)];
    if (choice == MALLOC) {
      check(plan, version);
    }
    return choice;
  }

  private static void check(Scenario plan, CPythonVersion version) {
    if (!version.atLeast(CPythonVersion.V3_6)) {
      throw new IllegalArgumentException("allocator malloc is there from CPython 3.6 on");
    }
    for (Population population : plan.populations()) {
      if (!population.of().parts().isEmpty()
          || population.keepEvery() > 1
          || !population.of().attribute("repeat", "").isEmpty()) {
        throw new IllegalArgumentException(
            "allocator malloc is modelled for elements of one block, none of them freed and"
                + " no text repeated; population "
                + population.name()
                + " is not of that kind");
      }
    }
    for (Step action : plan.actions()) {
      if (BUILDING.contains(action.verb())) {
        throw new IllegalArgumentException(
            "allocator malloc is not modelled for what " + action.verb() + " builds and frees");
      }
    }
  }
}
