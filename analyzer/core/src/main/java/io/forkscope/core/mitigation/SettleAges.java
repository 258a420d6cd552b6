package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.Map;

/** Four collections in Ruby: as many as make every survivor old. */
final class SettleAges implements Mitigation {

  private static final String VERB = "gc";

  @Override
  public String id() {
    return "collect-until-old";
  }

  @Override
  public String sentence() {
    return "Run GC.start four times in the parent before the fork, so that survivors are old.";
  }

  @Override
  public String cost() {
    return "Four pauses at start.";
  }

  @Override
  public String evidence() {
    return "CRuby 3.1 gc.c, RVALUE_OLD_AGE is 3: an object's age is written into its header by each"
        + " of its first three collections and not again. Process.warmup of 3.3 promotes at once.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return provider.id().equals("cruby")
        && Words.preparation(provider, VERB).isPresent()
        && !Words.has(scenario.preparations(), VERB);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.prepared(scenario, new Step(VERB, Map.of("times", "4")));
  }
}
