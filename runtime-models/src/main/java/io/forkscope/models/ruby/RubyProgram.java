package io.forkscope.models.ruby;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.Recycling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Spells a scenario as a Ruby program that stops itself at its marks. */
final class RubyProgram {

  private static final String MARK = "def mark; Process.kill(:STOP, Process.pid); end";

  /**
   * SIGSTOP by tgkill of x86-64: sent to the process, it would stop the main thread, and others
   * somewhere behind their mark.
   */
  private static final String MARK_OF_THREADS =
      "def mark; syscall(234, Process.pid, Thread.current.native_thread_id, 19); end";

  /** What every program loads: the start image of the model was measured with it. */
  private static final List<String> PREAMBLE =
      List.of(
          "require 'json'",
          "require 'objspace'",
          MARK,
          "class Pt; attr_reader :x; def initialize(i); @x = i; @y = nil; end; end",
          "class Many; 3000.times { |i| class_eval"
              + " \"def m#{i}; a = 1; b = a + 2; Math::PI; @v; self.class; b; end\" }; end");

  /** Builders and actions that came after the start image was measured, and are not part of it. */
  private static final Set<String> LATER =
      Set.of("structs", "widestructs", "wideobjs", "widearrays", "set-item", "require");

  private final Scenario scenario;
  private final List<String> lastly;
  private final List<String> lines = new ArrayList<>(PREAMBLE);
  private final List<String> actions = new ArrayList<>();

  /** What stands before all that a child does. */
  private final String begin;

  /** What stands behind it. */
  private final String end;

  private RubyProgram(Scenario scenario, List<String> lastly) {
    this.scenario = scenario;
    this.lastly = lastly;
    boolean threads = RubyVocabulary.hasThreads(scenario);
    this.begin = threads ? "Thread.new { " : "";
    this.end = threads ? " }.join" : "";
    if (threads) {
      lines.set(lines.indexOf(MARK), MARK_OF_THREADS);
    }
  }

  /** The program; {@code lastly} it takes these lines, after its last mark. */
  static String of(Scenario scenario, List<String> lastly) {
    RubyProgram program = new RubyProgram(scenario, lastly);
    program.classes();
    program.vocabulary();
    program.definitions();
    program.parent();
    program.forks();
    return String.join("\n", program.lines) + "\n";
  }

  /** The classes of objects and structs that the preamble lacks. */
  private void classes() {
    classValues(scenario).map(RubyValues::definition).distinct().forEach(lines::add);
  }

  private static Stream<Value> classValues(Scenario scenario) {
    return scenario.populations().stream()
        .flatMap(population -> values(population.of()))
        .filter(v -> v.kind().equals("struct") || v.kind().equals("object"))
        .filter(v -> !RubyValues.className(v).equals("Pt"));
  }

  /**
   * Names that the program of a scenario has beside those of the start image: variables and methods
   * of populations and actions, classes with their variables or setters, keys.
   */
  static int names(Scenario scenario) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < scenario.populations().size(); i++) {
      names.addAll(List.of("$d" + i, "build" + i));
    }
    steps(scenario)
        .forEach(
            step -> {
              names.add(RubyVerbs.code(step)); // its method
              if (RubyVerbs.keeps(step)) {
                names.add("$kept");
              }
            });
    classValues(scenario).forEach(value -> names.addAll(RubyValues.names(value)));
    scenario.populations().stream()
        .flatMap(population -> values(population.of()))
        .filter(value -> value.kind().equals("hash"))
        .forEach(value -> names.add(value.attribute("key", "a") + ":"));
    names.remove("a:");
    return names.size();
  }

  /** Actions, each of which gets a method, and those that preparations take. */
  static Stream<Step> steps(Scenario scenario) {
    return Stream.concat(
        scenario.actions().stream(),
        scenario.preparations().stream()
            .filter(s -> s.verb().equals("warm") || s.verb().equals("run"))
            .map(RubyVocabulary::inner));
  }

  /** A value and all within it. */
  static Stream<Value> values(Value of) {
    return Stream.concat(Stream.of(of), of.parts().stream().flatMap(RubyProgram::values));
  }

  /**
   * The whole short vocabulary, as a server has all of its program loaded: what is parsed and
   * compiled decides how far the interpreter's last sweep has come, which then hardly depends on
   * the case. The start image has it too.
   */
  private void vocabulary() {
    lines.add("def build(k, n)");
    lines.add("  case k");
    for (Population population : RubyCases.populations()) {
      if (LATER.contains(population.name())) {
        continue;
      }
      lines.add("  when '" + population.name() + "' then " + builder(population));
    }
    lines.add("  end");
    lines.add("end");
    lines.add("def act(a, d)");
    lines.add("  case a");
    for (String verb : RubyVerbs.NAMES) {
      if (LATER.contains(verb)) {
        continue;
      }
      lines.add("  when '" + verb + "' then " + RubyVerbs.code(new Step(verb, Map.of())));
    }
    lines.add("  end");
    lines.add("end");
  }

  private void definitions() {
    for (int i = 0; i < scenario.populations().size(); i++) {
      lines.add("def build" + i + "(n)");
      lines.add("  " + builder(scenario.populations().get(i)));
      lines.add("end");
    }
    scenario.preparations().stream()
        .filter(s -> s.verb().equals("warm") || s.verb().equals("run"))
        .map(RubyVocabulary::inner)
        .forEach(this::action);
    scenario.actions().forEach(this::action);
    lines.add("def request");
    scenario.actions().forEach(s -> lines.add("  " + call(s, "$d" + indexOf(s))));
    lines.add("end");
  }

  private void action(Step step) {
    String code = RubyVerbs.code(step);
    if (!actions.contains(code)) {
      actions.add(code);
      lines.add("def act" + actions.indexOf(code) + "(d)");
      lines.add("  " + code);
      lines.add("end");
    }
  }

  private String call(Step step, String on) {
    return "act" + actions.indexOf(RubyVerbs.code(step)) + "(" + on + ")";
  }

  private static String builder(Population population) {
    Value of = population.of();
    return switch (population.holder()) {
      case "nil" -> "nil";
      case "object" ->
          of.kind().equals("methods") ? "Many.new" : "i = 0; " + RubyValues.expression(of);
      case "hash" ->
          "h = {}; n.times { |i| h["
              + RubyValues.expression(of.parts().get(0))
              + "] = "
              + RubyValues.expression(of.parts().get(1))
              + " }; h";
      default -> "Array.new(n) { |i| " + RubyValues.expression(of) + " }";
    };
  }

  private int indexOf(Step step) {
    return step.target()
        .map(name -> scenario.populations().indexOf(scenario.population(name)))
        .orElse(0);
  }

  private void parent() {
    if (scenario.options().getOrDefault("gc", "on").equals("off")) {
      lines.add("GC.disable");
    }
    for (int i = 0; i < scenario.populations().size(); i++) {
      Population population = scenario.populations().get(i);
      lines.add("$d" + i + " = build" + i + "(" + population.count() + ")");
      if (population.keepEvery() > 1) {
        String kept = "($d" + i + ".size + k - 1) / k";
        lines.add("k = " + population.keepEvery());
        lines.add("$d" + i + " = Array.new(" + kept + ") { |j| $d" + i + "[j * k] }");
      }
      if (population.shuffleSeed() >= 0) {
        lines.add("$d" + i + ".shuffle!(random: Random.new(" + population.shuffleSeed() + "))");
      }
    }
    for (Step step : scenario.preparations()) {
      int on = indexOf(step);
      lines.add(
          switch (step.verb()) {
            case "gc" -> Integer.parseInt(step.argument("times", "1")) + ".times { GC.start }";
            case "compact" -> "GC.compact";
            case "disable" -> "GC.disable";
            case "enable" -> "GC.enable";
            case "require" -> RubyVerbs.code(step);
            case "warm" -> call(RubyVocabulary.inner(step), "build" + on + "(200)");
            default -> call(RubyVocabulary.inner(step), "$d" + on);
          });
    }
    lines.add("mark");
  }

  private void forks() {
    boolean parentActs = scenario.fork().acting() != ForkPlan.Acting.CHILDREN;
    if (scenario.requests().recycleAfter() > 0) {
      recycled();
      return;
    }
    if (parentActs) {
      lines.add("r, w = IO.pipe");
    }
    lines.add("pids = Array.new(" + scenario.fork().children() + ") do");
    lines.add("  fork do");
    switch (scenario.fork().acting()) {
      case CHILDREN -> serve("    ", begin, end);
      case PARENT -> lines.add("    w.close; r.read(1)");
      case BOTH -> {
        lines.add("    w.close");
        serve("    ", begin, end);
        lines.add("    r.read(1)");
      }
    }
    lines.add("    exit!(0)");
    lines.add("  end");
    lines.add("end");
    if (parentActs) {
      serve("", "", "");
      lines.add("w.close");
    }
    lines.add("failed = pids.count { |pid| Process.wait(pid); !$?.success? }");
    end();
  }

  private void serve(String indent, String before, String after) {
    lines.add(indent + before + "mark");
    long done = 0;
    for (long mark : scenario.requests().marks()) {
      long count = mark - done;
      if (count > 0) {
        lines.add(indent + (count == 1 ? "request" : count + ".times { request }"));
      }
      lines.add(indent + "mark" + (mark == scenario.requests().count() ? after : ""));
      done = mark;
    }
  }

  private void recycled() {
    Recycling.check(scenario, false);
    long count = scenario.requests().count();
    lines.addAll(
        List.of(
            "marks = " + scenario.requests().marks(),
            "done = failed = 0",
            "while done < " + count,
            "  share = [" + scenario.requests().recycleAfter() + ", " + count + " - done].min",
            "  mark if done > 0",
            "  pid = fork do",
            "    " + begin + "mark",
            "    mark if done == 0 && marks.include?(0)",
            "    (done + 1..done + share).each { |k| request; mark if marks.include?(k) }" + end,
            "    exit!(0)",
            "  end",
            "  Process.wait(pid)",
            "  failed += 1 unless $?.success?",
            "  done += share",
            "end"));
    end();
  }

  private void end() {
    lines.addAll(lastly);
    lines.add("exit!(failed == 0 ? 0 : 1)");
  }
}
