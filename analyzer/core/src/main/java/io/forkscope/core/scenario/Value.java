package io.forkscope.core.scenario;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one element of a population is: a kind, its attributes, and for containers its parts.
 *
 * @param kind a word of the runtime's vocabulary, for example {@code int} or {@code dict}
 * @param attributes sorted by name, for example {@code from=100000}
 * @param parts values it holds, in order of creation
 */
public record Value(String kind, Map<String, String> attributes, List<Value> parts) {

  /** Copies and sorts. */
  public Value {
    attributes = java.util.Collections.unmodifiableMap(new TreeMap<>(attributes));
    parts = List.copyOf(parts);
  }

  /** An attribute, or what stands for it when it is absent. */
  public String attribute(String name, String otherwise) {
    return attributes.getOrDefault(name, otherwise);
  }
}
