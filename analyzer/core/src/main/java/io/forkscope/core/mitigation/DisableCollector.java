package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** The collector switched off before the fork: CPython, PHP, Ruby, Lua. */
final class DisableCollector implements Mitigation {

  private static final String[] VERBS = {"disable-collector", "disable", "stop"};

  @Override
  public String id() {
    return "gc-disable";
  }

  @Override
  public String sentence() {
    return "Switch the cyclic or tracing collector off in the parent before the fork.";
  }

  @Override
  public String cost() {
    return "Workers keep what only a collection would free: memory may grow without bound.";
  }

  @Override
  public String evidence() {
    return "No collection, no writes of one: CPython Modules/gcmodule.c, gc_disable_impl; CRuby 3.1"
        + " gc.c, rb_gc_disable; PHP 8.2 Zend/zend_gc.c, gc_enable. A collection that is asked for"
        + " still runs.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.preparation(provider, VERBS).isPresent()
        && !Words.has(scenario.preparations(), VERBS)
        && !scenario.options().getOrDefault("collector", "on").equals("off")
        && !scenario.options().getOrDefault("gc", "on").equals("off");
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.prepared(scenario, Words.step(Words.preparation(provider, VERBS).orElseThrow()));
  }
}
