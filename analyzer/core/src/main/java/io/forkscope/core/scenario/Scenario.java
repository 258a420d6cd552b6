package io.forkscope.core.scenario;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is built, what happens before the fork, the fork, and what each process does after it.
 *
 * @param name for people; unique in a case file
 * @param runtime id of the model's provider
 * @param version of the runtime, as its provider spells it
 * @param options of the model, sorted by name
 * @param populations in the order they are built
 * @param preparations steps before the fork, in order
 * @param fork the fork
 * @param actions the steps of one request, in order
 * @param requests how often they are taken
 * @param seed of everything random in the model
 */
public record Scenario(
    String name,
    String runtime,
    String version,
    Map<String, String> options,
    List<Population> populations,
    List<Step> preparations,
    ForkPlan fork,
    List<Step> actions,
    Requests requests,
    long seed) {

  /** Copies and sorts. */
  public Scenario {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    populations = List.copyOf(populations);
    preparations = List.copyOf(preparations);
    actions = List.copyOf(actions);
  }

  /**
   * The population of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Population population(String name) {
    return populations.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "scenario " + this.name + " has no population " + name));
  }

  /** The same scenario under another name. */
  public Scenario withName(String other) {
    return new Scenario(
        other, runtime, version, options, populations, preparations, fork, actions, requests, seed);
  }

  /** The same scenario with these options and no others. */
  public Scenario withOptions(Map<String, String> others) {
    return new Scenario(
        name, runtime, version, others, populations, preparations, fork, actions, requests, seed);
  }

  /** The same scenario with these populations and no others. */
  public Scenario withPopulations(List<Population> others) {
    return new Scenario(
        name, runtime, version, options, others, preparations, fork, actions, requests, seed);
  }

  /** The same scenario with these steps before the fork and no others. */
  public Scenario withPreparations(List<Step> others) {
    return new Scenario(
        name, runtime, version, options, populations, others, fork, actions, requests, seed);
  }

  /** The same scenario with these steps of a request and no others. */
  public Scenario withActions(List<Step> others) {
    return new Scenario(
        name, runtime, version, options, populations, preparations, fork, others, requests, seed);
  }

  /** The same scenario with other requests. */
  public Scenario withRequests(Requests others) {
    return new Scenario(
        name, runtime, version, options, populations, preparations, fork, actions, others, seed);
  }
}
