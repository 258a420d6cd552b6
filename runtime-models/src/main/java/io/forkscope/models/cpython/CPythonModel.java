package io.forkscope.models.cpython;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Scenario;

/** The model of one version. */
final class CPythonModel implements RuntimeModel {

  private final CPythonVersion version;

  CPythonModel(CPythonVersion version) {
    this.version = version;
  }

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    return new CPythonProcess(plan, new ProcessState(version, plan, memory));
  }
}
