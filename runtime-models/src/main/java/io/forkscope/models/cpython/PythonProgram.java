package io.forkscope.models.cpython;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.MeasuredRows;
import java.util.ArrayList;
import java.util.List;

/**
 * Spells a whole scenario as a Python program that runs unchanged on 2.7 and 3.6 to 3.13.
 *
 * <p>Each population is made by a function of its own, each step is one, and {@code main} calls
 * them. Every process ends by {@code os._exit}, so that nothing is torn down and counted.
 */
final class PythonProgram {
  private static final List<String> HEAD =
      List.of(
          "import os, sys, gc, signal, random, array, mmap, time",
          "PY3 = sys.version_info[0] >= 3",
          "if not PY3:",
          "    range = xrange",
          "_kill = os.kill; _getpid = os.getpid; _stop = signal.SIGSTOP",
          "def mark():",
          "    _kill(_getpid(), _stop)",
          "KEEP = []");

  private static final List<String> FUNCTIONS =
      List.of(
          "NAMES = {}",
          "def make_function(i):",
          "    exec(\"def f%d(x):\\n  t = 0\\n  for i in range(12):\\n    t = t + i * x\\n"
              + "    u = len('abc')\\n  return t\\n\" % i, NAMES)",
          "    return NAMES['f%d' % i]",
          "def make_cycle():",
          "    a = []; b = [a]; a.append(b)",
          "    return a");

  /** Never called: a program as long as the harness's leaves as much free when it is compiled. */
  private static final List<String> BY_NAME =
      MeasuredRows.read(PythonProgram.class, "by-name.py", "\n").stream()
          .map(line -> line[0])
          .toList();

  /** A program that is farther from the measured one is left as it is. */
  private static final int MOST_CONTAINERS = 500;

  private final Scenario scenario;
  private final PythonValues values = new PythonValues();
  private final PythonSteps steps;
  private final List<String> definitions = new ArrayList<>();

  private PythonProgram(Scenario scenario) {
    this.scenario = scenario;
    this.steps = new PythonSteps(scenario.populations(), values);
  }

  /** The source text of a scenario's program. */
  static String of(Scenario scenario) {
    return new PythonProgram(scenario).text(List.of());
  }

  /** The same program, which in the end tells where its objects lie. */
  static String telling(Scenario scenario) {
    return new PythonProgram(scenario)
        .text(PythonAddresses.lines(scenario.populations(), CPythonVersion.of(scenario.version())));
  }

  private String text(List<String> lastly) {
    List<String> main = new ArrayList<>(startOfCollector());
    if (scenario.options().getOrDefault("collector", "on").equals("off")) {
      main.add("gc.disable()");
    }
    for (int i = 0; i < scenario.populations().size(); i++) {
      Population population = scenario.populations().get(i);
      define("build" + i, "n", values.builder(population));
      main.add("p" + i + " = build" + i + "(" + population.count() + ")");
    }
    for (int i = 0; i < scenario.actions().size(); i++) {
      define("act" + i, "d", steps.body(scenario.actions().get(i)));
    }
    for (int i = 0; i < scenario.preparations().size(); i++) {
      prepare(scenario.preparations().get(i), i, main);
    }
    if (GunicornProgram.serves(scenario)) {
      return GunicornProgram.of(scenario, lines(main), actions("p").get(0));
    }
    main.add("mark()");
    List<String> fork = new PythonFork(scenario, actions("p")).lines();
    main.addAll(fork.subList(0, fork.size() - 1));
    main.addAll(lastly);
    main.add(fork.get(fork.size() - 1));
    List<String> lines = new ArrayList<>(lines(List.of("def main():")));
    main.forEach(line -> lines.add("    " + line));
    lines.add("main()");
    return String.join("\n", lines) + "\n";
  }

  /** Makes containers until the collector stands as in the program that was measured. */
  private List<String> startOfCollector() {
    if (!ProgramKind.of(scenario).isAlone()) {
      return List.of();
    }
    CollectorStart start =
        CollectorStart.of(
            CPythonVersion.of(scenario.version()),
            ProgramKind.of(scenario),
            StartedInterpreter.importsSite(scenario));
    return List.of(
        "for _ in range(" + MOST_CONTAINERS + "):",
        "    if gc.get_count()[1::-1] >= (" + start.middle() + ", " + start.young() + "): break",
        "    KEEP.append([])");
  }

  private void prepare(Step step, int index, List<String> main) {
    if (step.verb().equals("warm-up")) {
      main.addAll(warmUp(PythonText.whole(step.argument("count", "200"))));
      return;
    }
    if (step.verb().equals("hash") && ProgramKind.of(scenario) == ProgramKind.PLAIN) {
      main.add("for s in " + argument(step, "p") + ": hash(s)"); // s goes on naming the last one
      return;
    }
    define("prepare" + index, "d", steps.body(step));
    main.add("prepare" + index + "(" + argument(step, "p") + ")");
  }

  // Serving needs records, so a server is warmed by requests on its own data; everything else on
  // other data of the same make.
  private List<String> warmUp(long count) {
    if (scenario.actions().stream().anyMatch(s -> s.verb().equals("serve"))) {
      List<String> lines = new ArrayList<>(List.of("for _ in range(" + count + "):"));
      actions("p").forEach(a -> lines.add("    " + a));
      return lines;
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < scenario.populations().size(); i++) {
      lines.add("w" + i + " = build" + i + "(" + count + ")");
    }
    lines.addAll(actions("w"));
    for (int i = 0; i < scenario.populations().size(); i++) {
      lines.add("del w" + i);
    }
    return lines;
  }

  private List<String> actions(String prefix) {
    List<String> calls = new ArrayList<>();
    for (int i = 0; i < scenario.actions().size(); i++) {
      calls.add("act" + i + "(" + argument(scenario.actions().get(i), prefix) + ")");
    }
    return calls;
  }

  private String argument(Step step, String prefix) {
    return step.target()
        .map(name -> prefix + scenario.populations().indexOf(scenario.population(name)))
        .orElse("None");
  }

  private void define(String name, String argument, List<String> body) {
    definitions.add("def " + name + "(" + argument + "):");
    body.forEach(line -> definitions.add("    " + line));
  }

  /** Imports and definitions, and last lines of the module. */
  private List<String> lines(List<String> last) {
    List<String> lines = new ArrayList<>();
    if (scenario.actions().stream().anyMatch(s -> s.verb().equals("serve"))) {
      lines.add("import json");
    }
    List<String> library = CPythonCases.library(values);
    lines.addAll(HEAD);
    lines.addAll(FUNCTIONS);
    lines.addAll(values.declarations());
    for (int i = 0; i < steps.generators(); i++) {
      lines.add("R" + i + " = None");
    }
    // compiling more than a server needs would move the counts that its collections start from
    boolean serves = ProgramKind.of(scenario) == ProgramKind.SERVER;
    lines.addAll(serves ? List.of() : library);
    lines.addAll(definitions);
    lines.addAll(serves ? List.of() : BY_NAME);
    lines.addAll(last);
    return lines;
  }

  /** Whether children act in a scenario. */
  static boolean childrenAct(Scenario scenario) {
    return scenario.fork().acting() != ForkPlan.Acting.PARENT;
  }
}
