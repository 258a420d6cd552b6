package io.forkscope.models.cpython;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeProcess;
import io.forkscope.core.scenario.Scenario;

/** The model of one version. */
final class CPythonModel implements RuntimeModel {

  private final CPythonVersion version;
  private final ObservedAddresses told;

  CPythonModel(CPythonVersion version, ObservedAddresses told) {
    this.version = version;
    this.told = told;
  }

  @Override
  public RuntimeProcess start(Scenario plan, ProcessMemory memory) {
    if (!told.isEmpty()) {
      ToldPlacement.check(plan);
    }
    return new CPythonProcess(plan, new ProcessState(version, plan, memory), told);
  }
}
