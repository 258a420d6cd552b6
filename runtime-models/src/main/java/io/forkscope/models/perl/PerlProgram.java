package io.forkscope.models.perl;

import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.Recycling;
import io.forkscope.models.ShortForm;
import io.forkscope.models.SourceNames;

/** Spells a scenario as a Perl program that stops itself at its marks. */
final class PerlProgram {

  /**
   * Stops the process once exit has destroyed all else: sv_clean_objs comes to what a glob holds
   * itself after all that references lead to.
   */
  private static final String LAST =
      "bless \\our @last_of_all, 'Last'; sub Last::DESTROY { main::mark() }\n";

  /** Words of the short form that every program knows. */
  private static final String ON_ARRAYS =
      "foreach index copy1 length eq num str match grep map copyall sort nsort join scalar arg"
          + " hderef";

  private static final String ON_HASHES = "each keys values get exists";

  private PerlProgram() {}

  /** The program, and what its first process does {@code lastly}. */
  static String of(Scenario scenario, String lastly) {
    StringBuilder source = new StringBuilder(2048);
    source.append("use strict; use warnings; use POSIX ();\n");
    source.append("sub mark { kill 'STOP', $$ }\nour @kept; srand(");
    source.append(scenario.seed()).append(");\n");
    vocabulary(source);
    for (Population population : scenario.populations()) {
      build(population, PerlModel.lexical(scenario) ? "my" : "our", source);
    }
    int index = 0;
    for (Step step : scenario.actions()) {
      function("act_" + index++, step, scenario, source);
    }
    index = 0;
    for (Step step : scenario.preparations()) {
      function("prepare_" + index, step, scenario, source);
      source.append("prepare_").append(index++).append("();\n");
    }
    if (scenario.actions().stream().anyMatch(step -> step.verb().equals(PerlModel.EXIT))) {
      source.append(LAST);
    }
    fork(scenario, lastly, source);
    return source.toString();
  }

  /**
   * Words that a script of some fifty lines knows. All of them are compiled whatever the scenario
   * says, as a server has all of its program loaded: what perl compiles decides how full its arenas
   * are and which blocks it has freed. The start image has them too.
   */
  private static void vocabulary(StringBuilder source) {
    source.append("{ our (@p_data, %p_data);\nsub build { my ($k, $n) = @_; my @r;\n");
    String branch = "  if";
    for (String word : PerlCases.FORM.builders().keySet()) {
      if (!word.equals("nothing")) {
        Population all = PerlCases.expand(word + ".noop", "5.36", 0).population(ShortForm.DATA);
        source.append(branch).append(" ($k eq '").append(word).append("') { ");
        source.append(fill(all)).append(" }\n");
        branch = "  elsif";
      }
    }
    source.append("  return @r;\n}\nsub act { my ($a) = @_; my ($i, $t) = (0, 0); no warnings;\n");
    source.append("  if ($a eq 'noop') { }\n");
    for (String word : ON_ARRAYS.split(" ", -1)) {
      known("hashes", word, source);
    }
    for (String word : ON_HASHES.split(" ", -1)) {
      known("hash", word, source);
    }
    known("arrays", "deref", source);
    source.append("}\n}\n");
  }

  private static void known(String builder, String word, StringBuilder source) {
    Scenario all = PerlCases.expand(builder + "." + word, "5.36", 0);
    source.append("  elsif ($a eq '").append(word).append("') { ");
    source.append(PerlSource.statement(all.actions().get(0), all)).append(" }\n");
  }

  private static void build(Population population, String scope, StringBuilder source) {
    String d = SourceNames.identifier(population.name());
    boolean isMap = population.holder().equals("map");
    source.append(scope).append(isMap ? " %" : " @").append(d).append(";\n");
    if (isMap || population.holder().equals("array")) {
      source.append("{ my $n = ").append(population.count()).append("; ");
      source.append(fill(population)).append(" }\n");
    } else {
      source.append("sub build_").append(d).append(" { my ($n) = @_; my @r;\n  ");
      source.append(fill(population)).append("\n  return @r;\n}\n@").append(d);
      source.append(" = build_").append(d).append('(').append(population.count()).append(");\n");
    }
    if (population.shuffleSeed() >= 0 && !isMap) {
      source.append("srand(").append(population.shuffleSeed()).append("); for (my $i = @");
      source.append(d).append(" - 1; $i > 0; $i--) { my $k = int(rand($i + 1)); @");
      source.append(d).append("[$i, $k] = @").append(d).append("[$k, $i] }\n");
    }
  }

  /** Makes {@code $n} elements, where they stay or in {@code @r}. */
  private static String fill(Population population) {
    String d = SourceNames.identifier(population.name());
    Value of = population.of();
    int every = population.keepEvery();
    String index = every == 1 ? "$i" : "$k++"; // $i / 2 would give $i, and its copies, a body
    String element =
        switch (population.holder()) {
          case "map" -> "$" + d + "{ " + PerlSource.string(of.parts().get(0)) + " }";
          case "array" -> "$" + d + "[" + index + "]";
          default -> "$r[" + index + "]";
        };
    boolean isMap = population.holder().equals("map");
    String value = PerlSource.expression(isMap ? of.parts().get(1) : of);
    String each = element + " = " + value;
    String lastly = "";
    if (every > 1 && isMap) {
      lastly = " for my $i (0 .. $n - 1) { delete " + element + " if $i % " + every + " }";
    } else if (every > 1) {
      each = "if ($i % " + every + ") { $others[@others] = " + value + " } else { " + each + " }";
      lastly = " @others = ();";
    }
    return (every > 1 && !isMap ? "my ($k, @others) = (0); " : "")
        + (population.holder().equals("extended")
            ? "$#r = " + (every == 1 ? "$n" : "int(($n - 1) / " + every + ") + 1") + " - 1; "
            : "")
        + "for my $i (0 .. $n - 1) { "
        + each
        + " }"
        + lastly;
  }

  private static void function(String name, Step step, Scenario scenario, StringBuilder source) {
    source.append("sub ").append(name).append(" { my ($i, $t) = (0, 0); no warnings;\n  ");
    source.append(PerlSource.statement(step, scenario)).append("\n}\n");
  }

  /** Whoever acts marks itself, acts, and leaves without destroying its objects. */
  private static void fork(Scenario scenario, String lastly, StringBuilder source) {
    boolean childrenAct = scenario.fork().acting() != ForkPlan.Acting.PARENT;
    boolean parentActs = scenario.fork().acting() != ForkPlan.Acting.CHILDREN;
    long recycle = scenario.requests().recycleAfter();
    Recycling.check(scenario, true);
    source.append("my %marks;\n");
    scenario
        .requests()
        .marks()
        .forEach(mark -> source.append("$marks{").append(mark).append("} = 1;\n"));
    source.append("sub work { my ($from, $to) = @_;\n");
    source.append("  mark(); mark() if $from == 0 && $marks{0};\n");
    source.append("  for (my $r = $from + 1; $r <= $to; $r++) {");
    for (int i = 0; i < scenario.actions().size(); i++) {
      source.append(" act_").append(i).append("();");
    }
    source.append(" mark() if $marks{$r}; }\n}\n");
    source.append("my ($count, $failed, @pids) = (").append(scenario.requests().count());
    source.append(", 0);\nmark();\n");
    if (recycle > 0) {
      source.append("for (my $from = 0; $from < $count; $from += ").append(recycle);
      source.append(") {\nmark() if $from; @pids = ();\n");
    }
    source.append("for (my $c = 0; $c < ").append(scenario.fork().children()).append("; $c++) {\n");
    source.append("  my $pid = fork();\n  if ($pid == 0) {\n");
    source.append("    srand(").append(scenario.seed()).append(" + 1000 * ($c + 1");
    if (recycle > 0) {
      source.append(" + $from / ").append(recycle).append(" * ");
      source.append(scenario.fork().children()).append("));\n");
      source.append("    work($from, $from + ").append(recycle).append(" < $count ? $from + ");
      source.append(recycle).append(" : $count);\n");
    } else {
      source.append("));\n");
      source.append(childrenAct ? "    work(0, $count);\n" : "    sleep 3600 while 1;\n");
    }
    source.append("    POSIX::_exit(0);\n  }\n  push @pids, $pid;\n}\n");
    if (parentActs) {
      source.append("work(0, $count);\n");
    }
    source.append(childrenAct ? "" : "kill 'KILL', @pids;\n");
    source.append("for my $pid (@pids) { waitpid $pid, 0; ");
    source.append(childrenAct ? "$failed ||= $?; " : "").append("}\n");
    source.append(recycle > 0 ? "}\n" : "").append(lastly);
    source.append("POSIX::_exit($failed ? 1 : 0);\n");
  }
}
