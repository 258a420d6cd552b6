package io.forkscope.models;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.testkit.MitigationContract;
import java.util.List;
import java.util.ServiceLoader;

/** Every mitigation on the cases of every runtime that is modelled here. */
class MitigationsTest extends MitigationContract {

  @Override
  protected List<RuntimeModelProvider> providers() {
    return ServiceLoader.load(RuntimeModelProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
