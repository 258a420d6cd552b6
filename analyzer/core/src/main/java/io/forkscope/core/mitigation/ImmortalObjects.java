package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** Objects whose reference count never moves. */
final class ImmortalObjects implements Mitigation {

  private static final String OPTION = "reference-counts";

  @Override
  public String id() {
    return "immortal-objects";
  }

  @Override
  public String sentence() {
    return "Make every object that stands at the fork immortal, so that its count never moves.";
  }

  @Override
  public String cost() {
    return "A runtime change: such objects are never freed, and each count tests for it (PEP 683: 4 %"
        + " slower at first, neutral once tuned).";
  }

  @Override
  public String evidence() {
    return "PEP 683 and CPython 3.12 Include/object.h, _Py_IMMORTAL_REFCNT: done for None, small"
        + " ints and interned strings; no public call makes other objects immortal.";
  }

  @Override
  public Reach reach() {
    return Reach.WHAT_IF;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.hasOption(provider, OPTION) && !scenario.options().containsKey(OPTION);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.with(scenario, OPTION, "immortal");
  }
}
