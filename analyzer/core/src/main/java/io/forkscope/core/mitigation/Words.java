package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What several mitigations ask of a vocabulary and do to a scenario. */
final class Words {

  private Words() {}

  /** The first of several words that the runtime has for a step before the fork. */
  static Optional<String> preparation(RuntimeModelProvider provider, String... words) {
    return first(provider.vocabulary().preparations(), words);
  }

  /** The first of several words that the runtime has for a step after the fork. */
  static Optional<String> action(RuntimeModelProvider provider, String... words) {
    return first(provider.vocabulary().actions(), words);
  }

  private static Optional<String> first(List<Word> known, String... words) {
    for (String word : words) {
      if (known.stream().anyMatch(k -> k.name().equals(word))) {
        return Optional.of(word);
      }
    }
    return Optional.empty();
  }

  /** Whether any of the steps is one of these words. */
  static boolean has(List<Step> steps, String... words) {
    List<String> wanted = List.of(words);
    return steps.stream().anyMatch(s -> wanted.contains(s.verb()));
  }

  /** The scenario with one more step before the fork, after all others. */
  static Scenario prepared(Scenario scenario, Step step) {
    List<Step> steps = new ArrayList<>(scenario.preparations());
    steps.add(step);
    return scenario.withPreparations(steps);
  }

  /** The scenario with one more step before the fork, ahead of all others. */
  static Scenario preparedFirst(Scenario scenario, Step step) {
    List<Step> steps = new ArrayList<>(scenario.preparations());
    steps.add(0, step);
    return scenario.withPreparations(steps);
  }

  /** The scenario with one more step at the end of each request. */
  static Scenario acting(Scenario scenario, Step step) {
    List<Step> steps = new ArrayList<>(scenario.actions());
    steps.add(step);
    return scenario.withActions(steps);
  }

  /** A step without arguments. */
  static Step step(String verb) {
    return new Step(verb, Map.of());
  }

  /** Whether the runtime's model has an option. */
  static boolean hasOption(RuntimeModelProvider provider, String name) {
    return provider.options().stream().anyMatch(o -> o.name().equals(name));
  }

  /** The scenario with one option set. */
  static Scenario with(Scenario scenario, String option, String value) {
    Map<String, String> options = new TreeMap<>(scenario.options());
    options.put(option, value);
    return scenario.withOptions(options);
  }

  /** Whether a version as a scenario spells it is at least {@code major.minor}. */
  static boolean atLeast(String version, int major, int minor) {
    String[] parts = version.split("\\.", 3);
    int first = Integer.parseInt(parts[0]);
    int second = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    return first > major || (first == major && second >= minor);
  }
}
