package io.forkscope.core.scenario;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Options of a scenario that the simulated kernel takes; every runtime's scenarios may set them
 * beside the options of their model. A what-if: a real run leaves its kernel as it is.
 */
public enum KernelOption {
  /**
   * Pages behind the brk heap and anonymous mappings: {@code 4k}; {@code 64k}, multi-size
   * transparent huge pages; {@code 2m}, transparent huge pages.
   */
  PAGE_SIZE("page-size", "4k 64k 2m");

  private final String key;
  private final String choices;

  KernelOption(String key, String choices) {
    this.key = key;
    this.choices = choices;
  }

  /** As a scenario spells it under {@code options}. */
  public String key() {
    return key;
  }

  /** What it may be set to; the first is the default. */
  public List<String> choices() {
    return List.of(choices.split(" ", -1));
  }

  /**
   * What a scenario sets it to, or the default.
   *
   * @throws IllegalArgumentException naming the nearest value if it is set to an unknown one
   */
  public String of(Scenario scenario) {
    String value = scenario.options().getOrDefault(key, choices().get(0));
    if (!choices().contains(value)) {
      throw new IllegalArgumentException(Nearest.refusal(key, value, choices()));
    }
    return value;
  }

  /** The scenario as its runtime's model takes it: without the kernel's options. */
  public static Scenario withoutAny(Scenario scenario) {
    Map<String, String> options = new TreeMap<>(scenario.options());
    for (KernelOption option : values()) {
      options.remove(option.key);
    }
    return scenario.withOptions(options);
  }
}
