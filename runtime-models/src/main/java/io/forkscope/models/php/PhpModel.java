package io.forkscope.models.php;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.ArrayList;
import java.util.List;

/** PHP 8.2, non-thread-safe, on 64-bit Linux. */
final class PhpModel implements RuntimeModel {

  /** Elements of one array that PHP itself allows: HT_MAX_SIZE of PHP 8.2 Zend/zend_types.h. */
  private static final long MOST_ELEMENTS = 0x4000_0000L;

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    check(plan);
    return new PhpProcess(plan, memory);
  }

  /** Refuses words that are not in the vocabulary, before anything is built. */
  static void check(Scenario plan) {
    for (String option : plan.options().keySet()) {
      known("option", option, List.of("collector"));
    }
    for (Population population : plan.populations()) {
      known("holder", population.holder(), PhpVocabulary.holderNames());
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
      PhpNode.of(isMap ? population.of().parts().get(1) : population.of(), new ArrayList<>());
    }
    for (Step step : plan.preparations()) {
      List<String> words = new ArrayList<>(PhpVocabulary.preparationNames());
      words.addAll(PhpVocabulary.actionNames());
      known("preparation", step.verb(), words);
    }
    for (Step step : plan.actions()) {
      known("action", step.verb(), PhpVocabulary.actionNames());
      step.target().ifPresent(plan::population);
    }
  }

  private static void known(String what, String word, List<String> words) {
    if (!words.contains(word)) {
      throw new IllegalArgumentException(Nearest.refusal(what, word, words));
    }
  }
}
