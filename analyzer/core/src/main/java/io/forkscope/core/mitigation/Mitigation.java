package io.forkscope.core.mitigation;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;

/**
 * A change of a scenario that may give shared memory back, or that people try in the hope that it
 * does: some do harm, and are offered so that the harm is seen before a release. Stateless; held by
 * the contract kit {@code MitigationContract} of the testkit.
 */
public interface Mitigation {

  /** Whether it can be tried today, or only asked about. */
  enum Reach {
    /** The real runtime can do it; {@code validate --mitigations} measures it. */
    RUNNABLE,
    /**
     * It needs another runtime or kernel than there is; only a model can say what it would give.
     */
    WHAT_IF
  }

  /** Kebab-case name, unique. */
  String id();

  /** What is done, one sentence in the imperative. */
  String sentence();

  /** What it costs, one sentence. */
  String cost();

  /** Why one may expect it to work, or not to, with the source of that. */
  String evidence();

  /** Whether it can be tried. */
  Reach reach();

  /**
   * Whether it makes a difference to a scenario and the runtime's words can say it. False once it
   * has been applied.
   */
  boolean applies(Scenario scenario, RuntimeModelProvider provider);

  /**
   * The scenario with the mitigation in place; runtime, version, fork, seed and number of requests
   * stay as they are. A pure function.
   *
   * @param scenario one that it applies to
   */
  Scenario apply(Scenario scenario, RuntimeModelProvider provider);
}
