package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** {@code gc.collect(); gc.freeze()} in CPython. */
final class CollectAndFreeze implements Mitigation {

  private static final Mitigation COLLECT = new CollectBeforeFork();
  private static final Mitigation FREEZE = new FreezeCollector();

  @Override
  public String id() {
    return "collect-and-freeze";
  }

  @Override
  public String sentence() {
    return "Call gc.collect() and then gc.freeze() in the parent right before the fork.";
  }

  @Override
  public String cost() {
    return "One pause at start; freed garbage leaves holes that workers fill.";
  }

  @Override
  public String evidence() {
    return "Python docs, gc.freeze: avoid \"freed holes in memory pages in the parent process\", which"
        + " allocation in a child fills; so they advise gc.disable() early and gc.freeze() alone.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return COLLECT.applies(scenario, provider) && FREEZE.applies(scenario, provider);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return FREEZE.apply(COLLECT.apply(scenario, provider), provider);
  }
}
