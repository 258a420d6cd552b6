package io.forkscope.models.ruby;

import static io.forkscope.core.model.Vocabulary.names;
import static io.forkscope.core.model.Vocabulary.word;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The words of Ruby scenarios, and the refusal of any other. */
final class RubyVocabulary {

  /** Whether each child acts in a thread of its own, as those of a server with threads do. */
  static final String THREADS = "threads";

  /** Whether threads have arenas of malloc of their own. */
  static final String ARENAS = "arenas";

  /** Options a scenario may set, and to what. */
  private static final Map<String, List<String>> OPTIONS =
      new TreeMap<>(
          Map.of(
              "gc",
              List.of("on", "off"),
              THREADS,
              List.of("off", "on"),
              ARENAS,
              List.of("own", "one")));

  /** Populations that slots can be told apart by, beside one for warming. */
  private static final int MOST_POPULATIONS = RubySlots.WITH_ID - 2;

  /** Members of a struct have names of one letter. */
  private static final int MOST_PARTS = 24;

  /** What shares the buffer of an array of more than three parts, and counts who does in it. */
  private static final Set<String> SHARING = Set.of("dup", "substr");

  private static final List<String> REQUIRE_ARGUMENTS = List.of("on", "library");

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
        word("array", "an array of its parts"),
        word("object", "an object with a variable for each part; for one part of class Pt, @y nil"),
        word("struct", "an instance of a Struct with a member for each part, the first x"),
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
        word("enable", "GC.enable"),
        word("require", "require of a library", "library"),
        word(
            "warm",
            "an action once on 200 elements built for it; it takes the action's arguments too",
            "action",
            "on"),
        word(
            "run",
            "an action once on the population; it takes the action's arguments too",
            "action",
            "on"));
  }

  /**
   * Refuses a scenario with a word that is not known.
   *
   * @throws IllegalArgumentException naming the nearest known word
   */
  static void check(Scenario plan) {
    plan.options()
        .forEach(
            (name, value) -> {
              require("option", name, OPTIONS.keySet());
              require(name, value, OPTIONS.getOrDefault(name, List.of()));
            });
    for (Population population : plan.populations()) {
      require("holder", population.holder(), names(holders()));
      check(population.of());
      if (population.holder().equals("hash") && !population.of().kind().equals("pair")) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": a hash holds pairs");
      }
      boolean ordered = population.shuffleSeed() < 0 && population.keepEvery() == 1;
      if (!ordered && !population.holder().equals("array")) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": only an array is shuffled or thinned out");
      }
      if (population.shuffleSeed() > RubyRandom.LARGEST_SEED) {
        throw new IllegalArgumentException(
            "population " + population.name() + ": a seed of Ruby has at most 32 bits here");
      }
    }
    for (Step step : plan.preparations()) {
      if (step.verb().equals("process-warmup")) {
        throw new IllegalArgumentException(
            "Process.warmup came with Ruby 3.3; on 3.1 say gc and compact, which it does first");
      }
      require("preparation", step.verb(), names(preparations()));
      if (step.verb().equals("warm") || step.verb().equals("run")) {
        check(plan, inner(step));
      } else {
        step.arguments()
            .keySet()
            .forEach(
                a ->
                    require(
                        "argument of " + step.verb(),
                        a,
                        step.verb().equals("require")
                            ? REQUIRE_ARGUMENTS
                            : List.of("on", "times")));
        RubyVerbs.library(step);
      }
      step.target().ifPresent(plan::population);
    }
    for (Step step : plan.actions()) {
      check(plan, step);
    }
    if (plan.populations().isEmpty() || plan.populations().size() > MOST_POPULATIONS) {
      throw new IllegalArgumentException(
          "a Ruby scenario has 1 to "
              + MOST_POPULATIONS
              + " populations, not "
              + plan.populations().size());
    }
  }

  /** Whether each child acts in a thread of its own. */
  static boolean hasThreads(Scenario plan) {
    return plan.options().getOrDefault(THREADS, "off").equals("on");
  }

  /** Whether there is but the main arena, {@code MALLOC_ARENA_MAX=1}. */
  static boolean hasOneArena(Scenario plan) {
    return plan.options().getOrDefault(ARENAS, "own").equals("one");
  }

  /** The action that a preparation takes. */
  static Step inner(Step preparation) {
    Map<String, String> arguments = new TreeMap<>(preparation.arguments());
    String verb = arguments.remove("action");
    return new Step(verb == null ? "each" : verb, arguments);
  }

  private static void check(Scenario plan, Step step) {
    require("action", step.verb(), RubyVerbs.NAMES);
    List<String> known = new ArrayList<>(RubyVerbs.arguments(step.verb()));
    known.add("on");
    step.arguments().keySet().forEach(a -> require("argument of " + step.verb(), a, known));
    String take = step.argument("take", "read");
    require("take", take, List.of("read", "length", "hash", "freeze", "set-attr"));
    require(
        "distribution",
        step.argument("distribution", "uniform"),
        List.of("uniform", "hot", "zipf"));
    require("keep", step.argument("keep", "false"), List.of("true", "false"));
    RubyVerbs.code(step); // refuses numbers out of bounds
    Population on = step.target().map(plan::population).orElseGet(() -> plan.populations().get(0));
    boolean wide = on.of().parts().size() > RubyShape.EMBEDDED_PARTS;
    if (wide && on.of().kind().equals("array") && SHARING.contains(step.verb())) {
      throw new IllegalArgumentException(
          "action " + step.verb() + " of arrays with more than three parts is not modelled");
    }
    if (!RubyVerbs.applies(step.verb(), on.holder(), on.of().kind())
        || (take.equals("set-attr") && !on.of().kind().equals("object"))) {
      throw new IllegalArgumentException(
          "action "
              + step.verb()
              + " is not defined for population "
              + on.name()
              + ", "
              + on.holder()
              + " of "
              + on.of().kind());
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
    boolean classed = value.kind().equals("object") || value.kind().equals("struct");
    if (value.parts().size() > MOST_PARTS || (classed && value.parts().isEmpty())) {
      throw new IllegalArgumentException(
          value.kind()
              + " of "
              + value.parts().size()
              + " parts, which must be 1 to "
              + MOST_PARTS);
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
