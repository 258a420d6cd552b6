package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Numbers in one buffer rather than an object each: {@code array.array} in CPython. */
final class Buffers implements Mitigation {

  private static final String HOLDER = "array";

  /** What an array can do as a list of ints can. */
  private static final Set<String> SHARED_VERBS =
      Set.of("iterate", "length", "sum", "copy", "any", "max");

  @Override
  public String id() {
    return "buffers-instead-of-objects";
  }

  @Override
  public String sentence() {
    return "Hold numbers in an array.array (or numpy array) rather than in a list of objects.";
  }

  @Override
  public String cost() {
    return "Code changes; each read makes a short-lived object.";
  }

  @Override
  public String evidence() {
    return "CPython Modules/arraymodule.c, array_item: an item is 8 bytes with no header, so there"
        + " is no reference count to write.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return provider.id().equals("cpython")
        && provider.vocabulary().holders().stream().anyMatch(w -> w.name().equals(HOLDER))
        && scenario.populations().stream().anyMatch(p -> isReplaceable(p, scenario));
  }

  private static boolean isReplaceable(Population population, Scenario scenario) {
    return population.holder().equals("list")
        && population.of().kind().equals("int")
        && !Boolean.parseBoolean(population.of().attribute("same", "false"))
        && population.shuffleSeed() < 0
        && population.keepEvery() == 1
        && population.count() > 0
        && allSteps(scenario, population.name());
  }

  private static boolean allSteps(Scenario scenario, String population) {
    return scenario.actions().stream()
            .filter(s -> s.target().filter(population::equals).isPresent())
            .allMatch(s -> SHARED_VERBS.contains(s.verb()))
        && scenario.preparations().stream().map(Step::target).noneMatch(t -> t.isPresent());
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return scenario.withPopulations(
        scenario.populations().stream()
            .map(p -> isReplaceable(p, scenario) ? inBuffer(p) : p)
            .toList());
  }

  private static Population inBuffer(Population list) {
    Value item = new Value("int", Map.of("from", "0"), List.of());
    return new Population(list.name(), HOLDER, item, list.count(), -1, 1);
  }
}
