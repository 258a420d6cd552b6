package io.forkscope.models;

import io.forkscope.core.scenario.ForkPlan.Acting;
import io.forkscope.core.scenario.Scenario;

/** What the programs that are really run can do of a scenario's recycling. */
public final class Recycling {

  private Recycling() {}

  /**
   * Refuses what a program cannot do.
   *
   * @param several whether it can replace several workers together, and not just one
   * @throws IllegalArgumentException if the scenario recycles in another way
   */
  public static void check(Scenario scenario, boolean several) {
    boolean parentActs = scenario.fork().acting() != Acting.CHILDREN;
    boolean tooMany = !several && scenario.fork().children() != 1;
    if (scenario.requests().recycleAfter() > 0 && (parentActs || tooMany)) {
      throw new IllegalArgumentException(
          "recycling is really run with "
              + (several ? "children that act" : "one child that acts")
              + ", not with "
              + (several ? "" : scenario.fork().children() + " and ")
              + "acting "
              + scenario.fork().acting());
    }
  }
}
