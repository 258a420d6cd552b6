package io.forkscope.models.ruby;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Scenario;

/** The model of CRuby 3.1. */
final class RubyModel implements RuntimeModel {

  private final ObservedAddresses told;

  /** A model whose populations lie where {@code told} says. */
  RubyModel(ObservedAddresses told) {
    this.told = told;
  }

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    RubyVocabulary.check(plan);
    if (!told.isEmpty()) {
      RubyToldPlacement.check(plan);
    }
    return new RubyProcess(plan, memory, told);
  }
}
