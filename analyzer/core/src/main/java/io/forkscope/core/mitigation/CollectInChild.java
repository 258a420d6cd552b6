package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** A full collection by each worker in each request: out-of-band collection. */
final class CollectInChild implements Mitigation {

  private static final String[] VERBS = {"collect", "gc"};

  @Override
  public String id() {
    return "collect-in-child";
  }

  @Override
  public String sentence() {
    return "Run a full collection in each worker after each request.";
  }

  @Override
  public String cost() {
    return "A pause between requests, and every page that a collection writes becomes private.";
  }

  @Override
  public String evidence() {
    return "Known as out-of-band collection (Unicorn's OobGC). It trades memory for latency: CPython"
        + " writes all tracked heads, Lua all headers, Ruby marks and ages.";
  }

  @Override
  public Reach reach() {
    return Reach.RUNNABLE;
  }

  @Override
  public boolean applies(Scenario scenario, RuntimeModelProvider provider) {
    return Words.action(provider, VERBS).isPresent() && !Words.has(scenario.actions(), VERBS);
  }

  @Override
  public Scenario apply(Scenario scenario, RuntimeModelProvider provider) {
    return Words.acting(scenario, Words.step(Words.action(provider, VERBS).orElseThrow()));
  }
}
