package io.forkscope.models.perl;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.TouchedIndices;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Perl 5.36, with threads, on 64-bit Linux with glibc. */
final class PerlModel implements RuntimeModel {

  /** The action that ends a process. */
  static final String EXIT = "exit";

  /** The option that says how the script declares its populations. */
  static final String VARIABLES = "variables";

  static final List<String> SCALARS = List.of("int", "float");

  /** Actions on a hash; all others are on an array. */
  private static final Set<String> HASH_ONLY =
      Set.of("each", "keys", "values", "lookup", "exists", "delete");

  private static final Set<String> BOTH = Set.of("count", "assign", "clear");

  private final ObservedAddresses told;

  /** A model whose populations lie where {@code told} says. */
  PerlModel(ObservedAddresses told) {
    this.told = told;
  }

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    check(plan);
    if (!told.isEmpty()) {
      PerlToldPlacement.check(plan);
    }
    return new PerlProcess(plan, memory, told);
  }

  /** Refuses words that are not in the vocabulary, and what is an error in Perl. */
  static void check(Scenario plan) {
    plan.options()
        .forEach(
            (option, value) -> {
              Nearest.check("option", option, List.of(VARIABLES));
              Nearest.check("value of " + option, value, List.of("our", "my"));
            });
    Set<String> keys = new HashSet<>();
    for (Population population : plan.populations()) {
      check(population);
      if (population.holder().equals("map")
          && !keys.add(PerlSource.string(population.of().parts().get(0)))) {
        throw new IllegalArgumentException(
            "population "
                + population.name()
                + " has the keys of another, which perl keeps once: that is not modelled; give them"
                + " another format");
      }
    }
    List<String> words = PerlVocabulary.actionNames();
    plan.preparations().forEach(step -> check(step, words, plan));
    plan.actions().forEach(step -> check(step, words, plan));
    checkExit(plan);
  }

  /** A process ends once. */
  private static void checkExit(Scenario plan) {
    int last = plan.actions().size() - 1;
    for (int i = 0; i <= last; i++) {
      boolean ends = plan.actions().get(i).verb().equals(EXIT);
      if (ends && (i < last || plan.requests().count() != 1)) {
        throw new IllegalArgumentException("exit must be the last action of a single request");
      }
      if (ends && plan.fork().acting() != ForkPlan.Acting.CHILDREN) {
        throw new IllegalArgumentException("exit is modelled for children, not for the parent");
      }
    }
    if (plan.preparations().stream().anyMatch(step -> step.verb().equals(EXIT))) {
      throw new IllegalArgumentException("nothing can be forked after exit");
    }
  }

  /** Whether populations are variables of the file, not of a package. */
  static boolean lexical(Scenario plan) {
    return plan.options().getOrDefault(VARIABLES, "our").equals("my");
  }

  private static void check(Population population) {
    Nearest.check("holder", population.holder(), PerlVocabulary.holderNames());
    Value of = population.of();
    if (population.holder().equals("map")) {
      if (!of.kind().equals("pair")
          || of.parts().size() != 2
          || !of.parts().get(0).kind().equals("string")) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": a map is made of a pair of string and value");
      }
      of = of.parts().get(1);
    }
    new PerlNode(of, new ArrayList<>(), new ArrayList<>()).repeatIfText();
    PerlSource.expression(of);
  }

  private static void check(Step step, List<String> words, Scenario plan) {
    Nearest.check("action", step.verb(), words);
    switch (step.verb()) {
      case "nothing", EXIT -> {}
      case "import" -> PerlModules.check(step.argument("module", "Storable"));
      case "allocate" -> TouchedIndices.number(step, "count", "100000", 1e9);
      default -> checkTarget(step, plan.population(step.target().orElse("data")));
    }
    if (step.verb().equals("sample")) {
      TouchedIndices.check(step);
      Nearest.check("touch", step.argument("touch", "read"), List.of("read", "copy", "assign"));
    }
    if (step.verb().equals("index") && TouchedIndices.number(step, "stride", "1", 1e9) < 1) {
      throw new IllegalArgumentException("stride must be at least 1");
    }
  }

  private static void checkTarget(Step step, Population target) {
    boolean isMap = target.holder().equals("map");
    if (isMap != HASH_ONLY.contains(step.verb()) && !BOTH.contains(step.verb())) {
      throw new IllegalArgumentException(
          step.verb()
              + " needs "
              + (isMap ? "an array; " : "a map; ")
              + target.name()
              + " is a "
              + target.holder());
    }
    String kind = isMap ? target.of().parts().get(1).kind() : target.of().kind();
    List<String> allowed =
        switch (step.verb()) {
          case "index-inner", "write-inner" -> List.of("array");
          case "read-key", "write-key" -> List.of("hash", "object");
          case "append" -> List.of("string");
          case "capture" -> List.of("string", "int", "float");
          default -> PerlVocabulary.kindNames();
        };
    boolean assigns =
        step.verb().equals("sample") && step.argument("touch", "read").equals("assign");
    if (!allowed.contains(kind) || (assigns && !SCALARS.contains(kind))) {
      throw new IllegalArgumentException(
          step.verb() + " of a " + kind + " is not modelled or an error in Perl");
    }
  }
}
