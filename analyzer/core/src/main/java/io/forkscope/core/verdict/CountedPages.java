package io.forkscope.core.verdict;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Mark;
import io.forkscope.core.simulation.Trajectory;
import java.util.List;

/**
 * What is predicted, and can be counted, at one mark of a case: the pages that its actions break.
 * For a server that snapshots by fork that is its COW size, the pages that its child has for
 * itself; the pages that were copied for the parent's commands, found by their frames, stand beside
 * it.
 *
 * @param name of the case at this mark
 * @param predicted pages
 * @param ofSleeper whether they are the pages of a child that takes no action
 */
public record CountedPages(String name, long predicted, boolean ofSleeper) {

  /** The counts of a mark after the fork; the first is the case's own. */
  public static List<CountedPages> at(
      Mark mark, Scenario scenario, RuntimeModelProvider provider, Trajectory trajectory) {
    String name = CaseSet.nameAt(scenario, mark);
    return isSnapshot(scenario, provider)
        ? List.of(
            new CountedPages(name, mark.sleeperPages(), true),
            new CountedPages(
                name + " (frames of the parent)", trajectory.copiedForActions(mark), false))
        : List.of(new CountedPages(name, trajectory.brokenByActions(mark), false));
  }

  /** Whether a server serves on while its child saves. */
  static boolean isSnapshot(Scenario scenario, RuntimeModelProvider provider) {
    return scenario.fork().acting() == ForkPlan.Acting.PARENT && provider.server().isPresent();
  }
}
