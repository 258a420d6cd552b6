package io.forkscope.models.php;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.ProgramFile;
import io.forkscope.models.Recycling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Runs scenarios on a real PHP with the posix and pcntl extensions. */
final class PhpDriver implements RuntimeDriver {

  private static final String TELL = "tell.php";

  @Override
  public List<String> executables(String version) {
    return List.of("php" + version, "php");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("-r", "echo PHP_VERSION, PHP_EOL;");
  }

  @Override
  public String fileEnding() {
    return ".php";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory) {
    return command(executable, program, "0");
  }

  @Override
  public List<String> command(Scenario scenario, Path executable, Path program, Path workDirectory)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            command(executable, program, PhpModel.opcache(scenario).equals("on") ? "1" : "0"));
    command.addAll(1, List.of("-d", "include_path=" + workDirectory));
    ProgramFile.install(PhpDriver.class, TELL, workDirectory);
    for (List<Step> steps : List.of(scenario.preparations(), scenario.actions())) {
      for (Step step : steps) {
        if (step.verb().equals("include")) {
          long entries = PhpStatements.entries(step);
          Files.writeString(
              workDirectory.resolve(PhpIncludes.fileName(entries)), PhpIncludes.file(entries));
        }
      }
    }
    return command;
  }

  /** Opcache would not take a file that is younger than two seconds. */
  private static List<String> command(Path executable, Path program, String opcache) {
    return List.of(
        executable.toString(),
        "-d",
        "memory_limit=-1",
        "-d",
        "opcache.file_update_protection=0",
        "-d",
        "opcache.enable_cli=" + opcache,
        program.toString());
  }

  @Override
  public String program(Scenario scenario) {
    return program(scenario, "");
  }

  @Override
  public Optional<String> tellingProgram(Scenario scenario) {
    StringBuilder lastly = new StringBuilder("if (in_array(ini_get('ffi.enable'), ");
    lastly.append("['1', 'preload'])) {\nrequire '").append(TELL).append("';\n");
    for (int i = 0; i < scenario.populations().size(); i++) {
      Population population = scenario.populations().get(i);
      PhpPopulation of = new PhpPopulation(population);
      lastly.append("Tell::elements('").append(i).append("', ");
      lastly.append(variable(population.name())).append(", ");
      lastly.append(PhpToldPlacement.shape(of.value)).append(of.key == null ? "" : ", ''");
      lastly.append(");\n");
    }
    return Optional.of(program(scenario, lastly.append("Tell::finish();\n}\n").toString()));
  }

  private static String program(Scenario scenario, String lastly) {
    PhpModel.check(scenario);
    StringBuilder source = new StringBuilder(2048);
    source.append("<?php\n");
    source.append("function mark() { posix_kill(posix_getpid(), SIGSTOP); }\n");
    source.append("const FIXED = [['a' => 1, 'b' => 'two'], ['a' => 2, 'b' => 'three']];\n");
    source.append("ini_set('display_errors', 'stderr'); ini_set('html_errors', '0');\n");
    if (scenario.options().getOrDefault("collector", "on").equals("off")) {
      source.append("gc_disable();\n");
    }
    classes(scenario, source);
    scenario.populations().forEach(population -> builder(population, source));
    act(scenario, source);
    source.append("mt_srand(").append(scenario.seed()).append(");\n");
    for (Population population : scenario.populations()) {
      source.append(variable(population.name())).append(" = build_").append(identifier(population));
      source.append('(').append(population.count()).append(");\n");
    }
    scenario.preparations().forEach(step -> prepare(scenario, step, source));
    fork(scenario, lastly, source);
    return source.toString();
  }

  private static void classes(Scenario scenario, StringBuilder source) {
    Set<String> known = new TreeSet<>();
    scenario.populations().forEach(population -> classes(population.of(), known, source));
  }

  private static void classes(Value value, Set<String> known, StringBuilder source) {
    if (value.kind().equals("cycle") && known.add("Link")) {
      source.append("class Link { public $x; public $y = null;");
      source.append(" function __construct($i) { $this->x = $i; } }\n");
    }
    if (value.kind().equals("object") && known.add(PhpSource.className(value))) {
      String[] keys = PhpSource.keys(value);
      source.append("class ").append(PhpSource.className(value)).append(" {");
      for (String key : keys) {
        source.append(" public $").append(key).append(';');
      }
      source.append(" function __construct(");
      for (int i = 0; i < keys.length; i++) {
        source.append(i > 0 ? ", $a" : "$a").append(i);
      }
      source.append(") {");
      for (int i = 0; i < keys.length; i++) {
        source.append(" $this->").append(keys[i]).append(" = $a").append(i).append(';');
      }
      source.append(" } }\n");
    }
    value.parts().forEach(part -> classes(part, known, source));
  }

  private static void builder(Population population, StringBuilder source) {
    source.append("function build_").append(identifier(population)).append("($n) {\n  $d = [];\n");
    source.append("  for ($i = 0; $i < $n; $i++) {");
    Value of = population.of();
    if (of.kind().equals("cycle")) {
      source.append(" $a = new Link($i); $b = new Link($i); $a->y = $b; $b->y = $a; $d[] = $a;");
    } else if (population.holder().equals("map")) {
      source.append(" $d[").append(PhpSource.expression(of.parts().get(0))).append("] = ");
      source.append(PhpSource.expression(of.parts().get(1))).append(';');
    } else {
      source.append(" $d[] = ").append(PhpSource.expression(of)).append(';');
    }
    source.append(" }\n");
    if (population.keepEvery() > 1) {
      source.append("  $t = []; $j = 0;\n  foreach ($d as $k => $v) { if ($j++ % ");
      source.append(population.keepEvery()).append(" == 0) ");
      source.append(population.holder().equals("map") ? "$t[$k]" : "$t[]").append(" = $v; }\n");
      source.append("  unset($v, $k); $d = $t; unset($t);\n");
    }
    if (population.shuffleSeed() >= 0 && population.holder().equals("list")) {
      source.append("  mt_srand(").append(population.shuffleSeed()).append("); shuffle($d);\n");
    }
    source.append("  return $d;\n}\n");
  }

  private static void act(Scenario scenario, StringBuilder source) {
    int index = 0;
    for (Step step : scenario.actions()) {
      source.append("function act_").append(index++).append("(&$d) {\n  ");
      source.append(PhpStatements.of(step, scenario)).append("\n}\n");
    }
  }

  private static void prepare(Scenario scenario, Step step, StringBuilder source) {
    switch (step.verb()) {
      case "warm-up" -> {
        for (Population population : scenario.populations()) {
          source.append("$w_").append(identifier(population)).append(" = build_");
          source.append(identifier(population)).append('(');
          source.append(step.argument("count", "200")).append(");\n");
        }
        calls(scenario, "$w_", source);
        for (Population population : scenario.populations()) {
          source.append("unset($w_").append(identifier(population)).append(");\n");
        }
      }
      default -> {
        source.append("(function (&$d) { ").append(PhpStatements.of(step, scenario)).append(" })(");
        source.append(step.target().map(PhpDriver::variable).orElse("$none")).append(");\n");
      }
    }
  }

  private static void calls(Scenario scenario, String prefix, StringBuilder source) {
    int index = 0;
    for (Step step : scenario.actions()) {
      source.append("act_").append(index++).append('(');
      source.append(step.target().map(name -> prefix + plain(name)).orElse("$none"));
      source.append(");\n");
    }
  }

  /**
   * All children of a generation are made first; they are killed at their end, so that nothing is
   * destroyed.
   */
  private static void fork(Scenario scenario, String lastly, StringBuilder source) {
    boolean childrenAct = scenario.fork().acting() != ForkPlan.Acting.PARENT;
    boolean parentActs = scenario.fork().acting() != ForkPlan.Acting.CHILDREN;
    int children = scenario.fork().children();
    long count = scenario.requests().count();
    long recycle = scenario.requests().recycleAfter();
    Recycling.check(scenario, true);
    source.append("$marks = [");
    source.append(
        scenario.requests().marks().stream()
            .map(mark -> mark + " => 1")
            .collect(Collectors.joining(", ")));
    source.append("];\nfunction work($from, $to) {\n  global $marks");
    scenario.populations().forEach(p -> source.append(", ").append(variable(p.name())));
    source.append(";\n  $none = null;\n  mark();\n");
    source.append("  if ($from == 0 && isset($marks[0])) mark();\n");
    source.append("  for ($r = $from + 1; $r <= $to; $r++) {\n");
    calls(scenario, "$p_", source);
    source.append("    if (isset($marks[$r])) mark();\n  }\n}\n");
    source.append("$none = null; $pids = []; $from = 0;\nmark();\n");
    if (recycle > 0) {
      source.append("for (; $from < ").append(count).append("; $from += ").append(recycle);
      source.append(") {\nif ($from > 0) mark();\n$pids = [];\n");
    }
    String forked = recycle > 0 ? "$c + $from / " + recycle + " * " + children : "$c";
    String last = recycle > 0 ? "min(" + count + ", $from + " + recycle + ")" : "" + count;
    source.append("for ($c = 0; $c < ").append(children).append("; $c++) {\n");
    source.append("  $pid = pcntl_fork();\n  if ($pid == 0) {\n    mt_srand(");
    source.append(scenario.seed()).append(" + 1000 * (").append(forked).append(" + 1));\n");
    source.append(
        childrenAct ? "    work($from, " + last + ");\n" : "    while (true) sleep(3600);\n");
    source.append("    posix_kill(posix_getpid(), SIGKILL);\n  }\n  $pids[] = $pid;\n}\n");
    if (parentActs) {
      source.append("work(0, ").append(count).append(");\n");
    }
    if (!childrenAct) {
      source.append("foreach ($pids as $pid) posix_kill($pid, SIGKILL);\n");
    }
    source.append("foreach ($pids as $pid) pcntl_waitpid($pid, $status);\n");
    source.append(recycle > 0 ? "}\n" : "").append(lastly).append("exit(0);\n");
  }

  private static String variable(String name) {
    return "$p_" + plain(name);
  }

  private static String identifier(Population population) {
    return plain(population.name());
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
  }
}
