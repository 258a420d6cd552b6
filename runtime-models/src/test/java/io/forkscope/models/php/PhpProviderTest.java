package io.forkscope.models.php;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.testkit.RuntimeModelContract;

/** PHP's provider against the contract of models. */
class PhpProviderTest extends RuntimeModelContract {

  @Override
  protected RuntimeModelProvider provider() {
    return new PhpProvider();
  }
}
