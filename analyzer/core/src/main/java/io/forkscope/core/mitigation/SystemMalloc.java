package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;

/** {@code PYTHONMALLOC=malloc}. */
final class SystemMalloc implements Mitigation {

  private static final String OPTION = "allocator";

  @Override
  public String id() {
    return "system-malloc";
  }

  @Override
  public String sentence() {
    return "Run with PYTHONMALLOC=malloc, so that glibc serves small objects too.";
  }

  @Override
  public String cost() {
    return "Slower allocation, and 16 bytes or more of header and rounding on each small object.";
  }

  @Override
  public String evidence() {
    return "Python docs, PYTHONMALLOC; glibc 2.36 malloc/malloc.c, request2size: an int of 28 bytes"
        + " takes 48 instead of 32, so that the same objects lie on half as many pages more.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return provider.id().equals("cpython")
        && Words.hasOption(provider, OPTION)
        && !scenario.options().containsKey(OPTION)
        && Words.atLeast(scenario.version(), 3, 6)
        && scenario.populations().stream().allMatch(SystemMalloc::isPlain);
  }

  /** One block an element, and no other on the way: what the model can place in glibc's heap. */
  private static boolean isPlain(Population population) {
    return population.of().parts().isEmpty()
        && population.keepEvery() == 1
        && population.of().attribute("repeat", "").isEmpty();
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.with(scenario, OPTION, "malloc");
  }
}
