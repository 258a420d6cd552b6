package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/** Reference counts in a table of their own. */
final class OffObjectCounts implements Mitigation {

  private static final String OPTION = "reference-counts";

  @Override
  public String id() {
    return "off-object-refcounts";
  }

  @Override
  public String sentence() {
    return "Keep reference counts in a table beside the heap, 4 bytes for each 16 of it.";
  }

  @Override
  public String cost() {
    return "A runtime change: a quarter of the heap more for the table, and a second cache miss.";
  }

  @Override
  public String evidence() {
    return "Counts lie four times as dense as the heap, so that a pass over all objects breaks a"
        + " quarter of the pages; mark bitmaps do the same for Ruby (CRuby 2.0 gc.c, bitmap marking).";
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
    return Words.with(scenario, OPTION, "table");
  }
}
