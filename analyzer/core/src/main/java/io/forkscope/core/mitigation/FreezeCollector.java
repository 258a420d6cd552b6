package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** {@code gc.freeze()} in CPython. */
final class FreezeCollector implements Mitigation {

  private static final String VERB = "freeze";

  @Override
  public String id() {
    return "gc-freeze";
  }

  @Override
  public String sentence() {
    return "Call gc.freeze() in the parent right before the fork.";
  }

  @Override
  public String cost() {
    return "Garbage cycles that stand at the fork are never collected; one line of code.";
  }

  @Override
  public String evidence() {
    return "CPython 3.7 Modules/gcmodule.c, gc_freeze_impl (bpo-31558): frozen objects leave the"
        + " generations, so that no collection writes their heads; reference counts still move.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return provider.id().equals("cpython")
        && Words.atLeast(scenario.version(), 3, 7)
        && Words.preparation(provider, VERB).isPresent()
        && !Words.has(scenario.preparations(), VERB);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.prepared(scenario, Words.step(VERB));
  }
}
