package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.Map;

/** The actions taken once in the parent, on other data: first uses happen before the fork. */
final class WarmUp implements Mitigation {

  private static final String VERB = "warm-up";

  @Override
  public String id() {
    return "warm-up";
  }

  @Override
  public String sentence() {
    return "Take the workers' actions once in the parent, on a little data of the same kind.";
  }

  @Override
  public String cost() {
    return "Start takes longer; the parent holds what the first use makes, once for all workers.";
  }

  @Override
  public String evidence() {
    return "Measured: the first use of logging breaks 430 to 600 pages of a CPython child, a first"
        + " regular expression 270 to 445 and a warm one 25.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.preparation(provider, VERB).isPresent()
        && !Words.has(scenario.preparations(), VERB)
        && scenario.actions().stream().anyMatch(s -> !s.verb().equals("nothing"));
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.preparedFirst(scenario, new Step(VERB, Map.of("count", "200")));
  }
}
