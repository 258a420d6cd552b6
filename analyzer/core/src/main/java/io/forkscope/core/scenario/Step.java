package io.forkscope.core.scenario;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One thing that is done, before the fork or after it.
 *
 * @param verb a word of the runtime's vocabulary, for example {@code iterate}
 * @param arguments sorted by name; {@code on} names the population
 */
public record Step(String verb, Map<String, String> arguments) {

  /** Copies and sorts. */
  public Step {
    arguments = Collections.unmodifiableMap(new TreeMap<>(arguments));
  }

  /** The population it works on. */
  public Optional<String> target() {
    return Optional.ofNullable(arguments.get("on"));
  }

  /** An argument, or what stands for it when it is absent. */
  public String argument(String name, String otherwise) {
    return arguments.getOrDefault(name, otherwise);
  }
}
