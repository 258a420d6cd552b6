package io.forkscope.models.lua;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.TouchedIndices;
import java.util.ArrayList;
import java.util.List;

/** Lua 5.4 on 64-bit Linux with glibc. */
final class LuaModel implements RuntimeModel {

  /** Elements of one table that Lua itself allows: MAXASIZE of ltable.c on 32-bit indices. */
  private static final long MOST_ELEMENTS = 1L << 30;

  private static final List<String> KEYS = List.of("string", "int");

  private final ObservedAddresses told;

  /** A model whose populations lie where {@code told} says. */
  LuaModel(ObservedAddresses told) {
    this.told = told;
  }

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    check(plan);
    if (!told.isEmpty()) {
      LuaToldPlacement.check(plan);
    }
    return new LuaProcess(plan, memory, told);
  }

  /** Refuses words that are not in the vocabulary, and what is an error in Lua. */
  static void check(Scenario plan) {
    plan.options()
        .forEach(
            (option, value) -> {
              Nearest.check("option", option, List.of("collector", LuaScriptStart.ARGUMENTS));
              if (option.equals("collector")) {
                Nearest.check("collector", value, List.of("generational", "incremental"));
              }
            });
    for (Population population : plan.populations()) {
      Nearest.check("holder", population.holder(), LuaVocabulary.holderNames());
      if (population.count() > MOST_ELEMENTS) {
        throw new IllegalArgumentException(
            "a Lua table holds at most " + MOST_ELEMENTS + " elements, not " + population.count());
      }
      checkValues(population);
    }
    List<String> preparations = new ArrayList<>(LuaVocabulary.preparationNames());
    preparations.addAll(LuaVocabulary.actionNames());
    plan.preparations().forEach(step -> check(step, preparations, plan));
    plan.actions().forEach(step -> check(step, LuaVocabulary.actionNames(), plan));
  }

  private static void checkValues(Population population) {
    if (!population.holder().equals("map")) {
      LuaNode.of(population.of(), new ArrayList<>());
      return;
    }
    if (!population.of().kind().equals("pair")
        || population.of().parts().size() != 2
        || !KEYS.contains(population.of().parts().get(0).kind())) {
      throw new IllegalArgumentException(
          "population "
              + population.name()
              + ": a map is made of a pair of key and value, the key a string or an int");
    }
    if (LuaPopulation.isPartlyArray(population)) {
      throw new IllegalArgumentException(
          "population "
              + population.name()
              + ": integer keys are modelled from 0 on, of which none is thinned out, or from the"
              + " count on; others lie partly in an array, partly in a hash");
    }
    LuaNode.of(population.of().parts().get(1), new ArrayList<>());
  }

  private static void check(Step step, List<String> words, Scenario plan) {
    Nearest.check("action", step.verb(), words);
    step.target().ifPresent(plan::population);
    switch (step.verb()) {
      case "sample" -> {
        TouchedIndices.check(step);
        Nearest.check("touch", step.argument("touch", "read"), List.of("read", "write"));
      }
      case "index", "assign" -> {
        if (TouchedIndices.number(step, "stride", "1", 1e9) < 1) {
          throw new IllegalArgumentException("stride must be at least 1");
        }
      }
      case "allocate" -> {
        TouchedIndices.number(step, "count", "200000", 1e9);
        Nearest.check("kind", step.argument("of", "table"), List.of("table", "string", "closure"));
        Nearest.check("keep", step.argument("keep", "no"), List.of("yes", "no"));
      }
      default -> LuaApplicability.check(step, plan);
    }
  }
}
