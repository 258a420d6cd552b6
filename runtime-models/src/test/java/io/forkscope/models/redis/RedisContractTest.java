package io.forkscope.models.redis;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.testkit.RuntimeModelContract;

/** Redis's provider against the contract of models. */
class RedisContractTest extends RuntimeModelContract {

  @Override
  protected RuntimeModelProvider provider() {
    return new RedisProvider();
  }
}
