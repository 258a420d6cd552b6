package io.forkscope.models.ruby;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.Collection;
import java.util.List;

/** The words of Ruby scenarios, and the refusal of any other. */
final class RubyVocabulary {

  /** Options a scenario may set. */
  static final List<String> OPTIONS = List.of("gc");

  private RubyVocabulary() {}

  static Vocabulary words() {
    return new Vocabulary(
        kinds(),
        holders(),
        preparations(),
        RubyVerbs.words(),
        RubyCases.builderWords(),
        RubyVerbs.words(),
        RubyCases.modifierWords());
  }

  private static List<Word> kinds() {
    return List.of(
        word("nil", "nil"),
        word("int", "the fixnum i + from", "from"),
        word("float", "the flonum i + from", "from"),
        word("bigint", "(1 << 70) + i"),
        word("str", "(format % i) * repeat, frozen if so", "format", "repeat", "frozen"),
        word("sym", "(format % i).to_sym", "format"),
        word("array", "an array of up to three parts"),
        word("object", "an object of up to three instance variables, Pt.new of its first part"),
        word("hash", "a hash of one symbol key to its part", "key"),
        word("record", "a hash of four string keys with an array and a hash inside"),
        word("methods", "an object of a class of 3000 methods"),
        word("pair", "key and value of a hash holder, its two parts"));
  }

  private static List<Word> holders() {
    return List.of(
        word("nil", "nothing is held"),
        word("array", "Array.new(count) { |i| … }"),
        word("hash", "a hash filled pair by pair"),
        word("object", "the value itself, once"));
  }

  private static List<Word> preparations() {
    return List.of(
        word("gc", "GC.start, times over", "times"),
        word("compact", "GC.compact"),
        word("disable", "GC.disable"),
        word("warm", "an action once on 200 elements built for it", "action", "on"),
        word("run", "an action once on the population", "action", "on"));
  }

  private static Word word(String name, String explanation, String... attributes) {
    return new Word(name, explanation, List.of(attributes));
  }

  private static List<String> names(List<Word> words) {
    return words.stream().map(Word::name).toList();
  }

  /**
   * Refuses a scenario with a word that is not known.
   *
   * @throws IllegalArgumentException naming the nearest known word
   */
  static void check(Scenario plan) {
    plan.options().keySet().forEach(name -> require("option", name, OPTIONS));
    plan.options().values().forEach(value -> require("gc", value, List.of("on", "off")));
    for (Population population : plan.populations()) {
      require("holder", population.holder(), names(holders()));
      check(population.of());
      if (population.holder().equals("hash") && !population.of().kind().equals("pair")) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": a hash holds pairs");
      }
      if (population.shuffleSeed() >= 0 || population.keepEvery() != 1) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": the Ruby model keeps creation order and all");
      }
    }
    for (Step step : plan.preparations()) {
      require("preparation", step.verb(), names(preparations()));
      if (step.verb().equals("warm") || step.verb().equals("run")) {
        require("action", step.argument("action", "each"), RubyVerbs.NAMES);
      }
      step.target().ifPresent(plan::population);
    }
    for (Step step : plan.actions()) {
      require("action", step.verb(), RubyVerbs.NAMES);
      step.target().ifPresent(plan::population);
    }
  }

  private static void check(Value value) {
    require("kind", value.kind(), names(kinds()));
    List<String> attributes =
        kinds().stream()
            .filter(k -> k.name().equals(value.kind()))
            .findFirst()
            .map(Word::attributes)
            .orElse(List.of());
    value
        .attributes()
        .keySet()
        .forEach(a -> require("attribute of " + value.kind(), a, attributes));
    boolean embeds = value.kind().equals("array") || value.kind().equals("object");
    if (embeds && value.parts().size() > 3) {
      throw new IllegalArgumentException(
          value.kind() + " of " + value.parts().size() + " parts; the model knows up to 3");
    }
    value.parts().forEach(RubyVocabulary::check);
  }

  private static void require(String what, String word, Collection<String> known) {
    if (!known.contains(word)) {
      throw new IllegalArgumentException(
          known.isEmpty()
              ? "there is no " + what + ", but '" + word + "' is given"
              : Nearest.refusal(what, word, known));
    }
  }
}
