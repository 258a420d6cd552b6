package io.forkscope.models.ruby;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.testkit.RuntimeModelContract;

/** CRuby's provider against the contract of models. */
class RubyProviderTest extends RuntimeModelContract {

  @Override
  protected RuntimeModelProvider provider() {
    return new RubyProvider();
  }
}
