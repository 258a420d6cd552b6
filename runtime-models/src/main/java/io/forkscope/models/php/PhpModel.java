package io.forkscope.models.php;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.List;

/** PHP 8.2, non-thread-safe, on 64-bit Linux. */
final class PhpModel implements RuntimeModel {

  /** Elements of one array that PHP itself allows: HT_MAX_SIZE of PHP 8.2 Zend/zend_types.h. */
  private static final long MOST_ELEMENTS = 0x4000_0000L;

  private final ObservedAddresses told;

  /** A model whose populations lie where {@code told} says. */
  PhpModel(ObservedAddresses told) {
    this.told = told;
  }

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    check(plan);
    if (!told.isEmpty()) {
      PhpToldPlacement.check(plan);
    }
    return new PhpProcess(plan, memory, told);
  }

  /** Refuses words that are not in the vocabulary, before anything is built. */
  static void check(Scenario plan) {
    for (String option : plan.options().keySet()) {
      Nearest.check("option", option, List.of("collector", "opcache"));
    }
    Nearest.check("value of opcache", opcache(plan), List.of("off", "on"));
    for (Population population : plan.populations()) {
      Nearest.check("holder", population.holder(), PhpVocabulary.holderNames());
      if (population.count() > MOST_ELEMENTS) {
        throw new IllegalArgumentException(
            "a PHP array holds at most " + MOST_ELEMENTS + " elements, not " + population.count());
      }
      boolean isMap = population.holder().equals("map");
      if (isMap
          && (!population.of().kind().equals("pair") || population.of().parts().size() != 2)) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": a map is made of a pair of key and value");
      }
      Value value = isMap ? population.of().parts().get(1) : population.of();
      PhpNode.of(value, new ArrayList<>());
      boolean isCycle = value.kind().equals("cycle");
      if (isCycle ? isMap : holdsCycle(value)) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": a cycle is the element of a list, and no part");
      }
    }
    for (Step step : plan.preparations()) {
      List<String> words = new ArrayList<>(PhpVocabulary.preparationNames());
      Nearest.check("preparation", step.verb(), words);
      checkTarget(step, plan);
    }
    for (Step step : plan.actions()) {
      Nearest.check("action", step.verb(), PhpVocabulary.actionNames());
      checkTarget(step, plan);
    }
  }

  private static boolean holdsCycle(Value value) {
    return value.kind().equals("cycle") || value.parts().stream().anyMatch(PhpModel::holdsCycle);
  }

  static String opcache(Scenario plan) {
    return plan.options().getOrDefault("opcache", "off");
  }

  /** Refuses stores that are an error in PHP, or of which the model knows nothing. */
  private static void checkTarget(Step step, Scenario plan) {
    if (step.target().isEmpty()) {
      return;
    }
    Population target = plan.population(step.target().orElseThrow());
    checkTypes(step.verb(), target);
    List<String> kinds =
        switch (step.verb()) {
          case "write-inner" -> List.of("array", "hash");
          case "write-property" -> List.of("object", "cycle");
          case "max" -> List.of("int", "float", "string", "literal");
          case "write-element", "delete", "append", "slice" -> PhpVocabulary.kindNames();
          default -> List.of();
        };
    if (kinds.isEmpty()) {
      return;
    }
    Value of = target.holder().equals("map") ? target.of().parts().get(1) : target.of();
    boolean hasPart = of.kind().equals("cycle") || !of.parts().isEmpty();
    boolean isConstant = step.verb().equals("write-inner") && PhpNode.isConstant(of);
    boolean needsPart = step.verb().equals("write-inner") || step.verb().equals("write-property");
    if (!kinds.contains(of.kind()) || (needsPart && !hasPart) || isConstant) {
      throw new IllegalArgumentException(
          step.verb()
              + " of a "
              + target.holder()
              + " of "
              + of.kind()
              + " is not modelled or an error in PHP");
    }
  }

  /**
   * strlen and md5 of an array or object, an array as a key, an object's [0] and its text are
   * errors.
   */
  private static void checkTypes(String verb, Population target) {
    boolean isMap = target.holder().equals("map");
    String kind = isMap ? target.of().parts().get(1).kind() : target.of().kind();
    boolean isText =
        List.of("md5", "map-length").contains(verb)
            || (List.of("length", "hash-elements").contains(verb) && !isMap);
    boolean isScalar = List.of("int", "float", "null", "string", "literal").contains(kind);
    boolean isObject = List.of("object", "cycle").contains(kind);
    boolean needsNoObject = verb.equals("implode") || (verb.equals("index-inner") && !isMap);
    if ((isText && !isScalar) || (needsNoObject && isObject)) {
      throw new IllegalArgumentException(
          verb + " of a " + target.holder() + " of " + kind + " is an error in PHP");
    }
  }
}
