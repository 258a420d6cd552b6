package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** {@code GC.compact} before the fork. */
final class CompactBeforeFork implements Mitigation {

  private static final String VERB = "compact";

  @Override
  public String id() {
    return "compact-before-fork";
  }

  @Override
  public String sentence() {
    return "Call GC.compact in the parent before the fork.";
  }

  @Override
  public String cost() {
    return "One long pause at start; extensions that do not pin their references may break.";
  }

  @Override
  public String evidence() {
    return "Meant to leave fewer holes for workers to fill (CRuby feature 15626); measured here:"
        + " nothing gained over GC.start on 200,000 strings.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.preparation(provider, VERB).isPresent()
        && !Words.has(scenario.preparations(), VERB);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.prepared(scenario, Words.step(VERB));
  }
}
