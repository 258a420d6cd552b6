package io.forkscope.models.ruby;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Scenario;

/** The model of CRuby 3.1. */
final class RubyModel implements RuntimeModel {

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    RubyVocabulary.check(plan);
    return new RubyProcess(plan, memory);
  }
}
