package io.forkscope.models.perl;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.ProgramFile;
import io.forkscope.models.Recycling;
import io.forkscope.models.SourceNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs scenarios on a real perl. */
final class PerlDriver implements RuntimeDriver {

  /** Tells where data lie. */
  private static final String TELL = "tell.pl";

  /**
   * Stops the process once exit has destroyed all else: sv_clean_objs comes to what a glob holds
   * itself after all that references lead to.
   */
  private static final String LAST =
      "bless \\our @last_of_all, 'Last'; sub Last::DESTROY { main::mark() }\n";

  @Override
  public List<String> executables(String version) {
    return List.of("perl" + version, "perl");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("-e", "printf \"%vd\\n\", $^V");
  }

  @Override
  public String fileEnding() {
    return ".pl";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory)
      throws IOException {
    ProgramFile.install(PerlDriver.class, TELL, workDirectory);
    return List.of(executable.toString(), program.toString());
  }

  /** The order of hashes is random otherwise; it is the same in each run then. */
  @Override
  public Map<String, String> environment() {
    return Map.of("PERL_HASH_SEED", "0", "PERL_PERTURB_KEYS", "0");
  }

  @Override
  public String program(Scenario scenario) {
    return program(scenario, "");
  }

  @Override
  public Optional<String> tellingProgram(Scenario scenario) {
    StringBuilder lastly = new StringBuilder("require './" + TELL + "'; ");
    for (int i = 0; i < scenario.populations().size(); i++) {
      Population population = scenario.populations().get(i);
      boolean isMap = population.holder().equals("map");
      lastly.append(isMap ? "Tell::entries(" : "Tell::elements(").append(i);
      lastly.append(isMap ? ", \\%" : ", \\@");
      lastly.append(SourceNames.identifier(population.name())).append("); ");
    }
    return Optional.of(program(scenario, lastly.append("Tell::finish();\n").toString()));
  }

  private static String program(Scenario scenario, String lastly) {
    PerlModel.check(scenario);
    StringBuilder source = new StringBuilder(2048);
    source.append("use strict; use warnings; use POSIX ();\n");
    source.append("sub mark { kill 'STOP', $$ }\nour @kept; srand(");
    source.append(scenario.seed()).append(");\n");
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

  private static void build(Population population, String scope, StringBuilder source) {
    String d = SourceNames.identifier(population.name());
    String loop = "for my $i (0 .. $n - 1) { ";
    switch (population.holder()) {
      case "map" -> {
        source
            .append(scope)
            .append(" %")
            .append(d)
            .append("; { my $n = ")
            .append(population.count());
        source.append("; ").append(loop).append('$').append(d).append("{ ");
        source.append(PerlSource.string(population.of().parts().get(0))).append(" } = ");
        source.append(PerlSource.expression(population.of().parts().get(1))).append(" } }\n");
      }
      case "array" -> {
        source
            .append(scope)
            .append(" @")
            .append(d)
            .append("; { my $n = ")
            .append(population.count());
        source.append("; ").append(loop).append('$').append(d).append("[$i] = ");
        source.append(PerlSource.expression(population.of())).append(" } }\n");
      }
      default -> {
        source.append(scope).append(" @").append(d).append(";\nsub build_").append(d);
        source.append(" { my ($n) = @_; my @r;\n  ");
        if (population.holder().equals("extended")) {
          source.append("$#r = $n - 1; ");
        }
        source.append(loop).append("$r[$i] = ").append(PerlSource.expression(population.of()));
        source.append(" }\n  return @r;\n}\n@").append(d).append(" = build_").append(d);
        source.append('(').append(population.count()).append(");\n");
      }
    }
    if (population.shuffleSeed() >= 0 && !population.holder().equals("map")) {
      source.append("srand(").append(population.shuffleSeed()).append("); for (my $i = @");
      source.append(d).append(" - 1; $i > 0; $i--) { my $k = int(rand($i + 1)); @");
      source.append(d).append("[$i, $k] = @").append(d).append("[$k, $i] }\n");
    }
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
