package io.forkscope.models.cpython;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.testkit.RuntimeModelContract;

/** CPython's provider against the contract of models. */
class CPythonContractTest extends RuntimeModelContract {

  @Override
  protected RuntimeModelProvider provider() {
    return new CPythonProvider();
  }
}
