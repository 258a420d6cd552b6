package io.forkscope.core.simulation;

import io.forkscope.core.scenario.Scenario;

/**
 * What a family of processes costs, in base pages; the measure by which mitigations are compared.
 *
 * @param residentPages private anonymous pages of the parent at the fork
 * @param lostPages private pages that one acting process has made since the fork, broken or new,
 *     those of fork itself included; at the mark where they are most
 * @param familyPages the parent's and all that the acting processes have made at that mark
 */
public record Losses(long residentPages, long lostPages, long familyPages) {

  /** By so many pages two runs of one small case differ: the bound of validate's small cases. */
  private static final long FEW_PAGES = 25;

  /** The losses of a scenario in which each acting process makes so many pages its own. */
  public static Losses of(Scenario scenario, long residentPages, long lostPages) {
    long acting =
        switch (scenario.fork().acting()) {
          case CHILDREN -> scenario.fork().children();
          case PARENT -> 1;
          case BOTH -> scenario.fork().children() + 1L;
        };
    return new Losses(residentPages, lostPages, residentPages + acting * lostPages);
  }

  /** The losses that a simulation ended with. */
  public static Losses of(Scenario scenario, Trajectory trajectory) {
    long most =
        trajectory.marks().stream()
            .mapToLong(m -> m.brokenPages() + m.grownPages())
            .max()
            .orElseThrow();
    return of(scenario, trajectory.residentPages(), most);
  }

  /** Pages that are too few to prefer one scenario to another: 25, or one in a hundred lost. */
  public long indifferencePages() {
    return Math.max(FEW_PAGES, lostPages / 100);
  }
}
