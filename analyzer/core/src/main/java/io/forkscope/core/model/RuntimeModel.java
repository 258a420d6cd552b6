package io.forkscope.core.model;

import io.forkscope.core.scenario.Scenario;

/** A model of one version of one runtime. Immutable; shared between threads. */
public interface RuntimeModel {

  /**
   * A process that has not started yet.
   *
   * @param plan what it will do
   * @param memory its empty memory
   */
  RuntimeProcess start(Scenario plan, ProcessMemory memory);
}
