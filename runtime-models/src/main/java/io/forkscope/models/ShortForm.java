package io.forkscope.models;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The short form of a runtime's cases, {@code builder.action[.modifier…]}: one population that one
 * child acts on. The builder {@code nothing} makes none, and actions on it do nothing.
 *
 * @param builders what each builder makes
 * @param actions what the child does
 * @param modifiers what each modifier is, in a few words
 */
public record ShortForm(
    Map<String, Contents> builders, Map<String, Step> actions, Map<String, String> modifiers) {

  /** The population's name. */
  public static final String DATA = "data";

  private static final String NOTHING = "nothing";

  /**
   * What a builder makes.
   *
   * @param holder what holds it
   * @param of its element
   */
  public record Contents(String holder, Value of) {}

  /**
   * A case that was read.
   *
   * @param name as it was written
   * @param contents of its population; empty if it has none
   * @param action that the child takes
   * @param modifiers its further words, all known
   */
  public record Case(
      String name, Optional<Contents> contents, Step action, List<String> modifiers) {

    /** Whether it has a modifier. */
    public boolean has(String modifier) {
      return modifiers.contains(modifier);
    }

    /** Its population, in a list; an empty one if it has none. */
    public List<Population> populations(long count, long shuffleSeed, int keepEvery) {
      return contents.stream()
          .map(c -> new Population(DATA, c.holder(), c.of(), count, shuffleSeed, keepEvery))
          .toList();
    }

    /** The scenario that it stands for. */
    public Scenario scenario(
        String runtime,
        String version,
        Map<String, String> options,
        List<Population> populations,
        List<Step> preparations) {
      return new Scenario(
          name,
          runtime,
          version,
          options,
          populations,
          preparations,
          new ForkPlan(1, ForkPlan.Acting.CHILDREN),
          List.of(action),
          Requests.ONCE,
          1);
    }
  }

  /**
   * Reads a case.
   *
   * @throws IllegalArgumentException if a word is missing or unknown
   */
  public Case read(String name) {
    String[] words = name.split("\\.", -1);
    if (words.length < 2) {
      throw new IllegalArgumentException("case '" + name + "' is not builder.action[.modifier...]");
    }
    Contents contents = Nearest.known("builder", words[0], builders);
    Step action = Nearest.known("action", words[1], actions);
    List<String> further = List.of(words).subList(2, words.length);
    further.forEach(modifier -> Nearest.check("modifier", modifier, modifiers.keySet()));
    if (!words[0].equals(NOTHING)) {
      return new Case(name, Optional.of(contents), action, further);
    }
    Step step = action.target().isEmpty() ? action : new Step(NOTHING, Map.of());
    return new Case(name, Optional.empty(), step, further);
  }

  /** A value made of others. */
  public static Value value(String kind, Map<String, String> attributes, Value... parts) {
    return new Value(kind, attributes, List.of(parts));
  }

  /** A step on the population. */
  public static Step onData(String verb) {
    return new Step(verb, Map.of("on", DATA));
  }

  /** The builders, for {@code forkscope models}. */
  public List<Word> builderWords() {
    return builders.entrySet().stream()
        .map(
            builder ->
                Vocabulary.word(
                    builder.getKey(),
                    builder.getKey().equals(NOTHING)
                        ? "no population"
                        : "a "
                            + builder.getValue().holder()
                            + " of "
                            + builder.getValue().of().kind()))
        .toList();
  }

  /** The actions, for {@code forkscope models}. */
  public List<Word> actionWords() {
    return actions.entrySet().stream()
        .map(action -> Vocabulary.word(action.getKey(), "the action " + action.getValue().verb()))
        .toList();
  }

  /** The modifiers by name, for {@code forkscope models}. */
  public List<Word> modifierWords() {
    return modifiers.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(modifier -> Vocabulary.word(modifier.getKey(), modifier.getValue()))
        .toList();
  }
}
