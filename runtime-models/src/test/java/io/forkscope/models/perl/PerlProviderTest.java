package io.forkscope.models.perl;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.testkit.RuntimeModelContract;

/** Perl's provider against the contract of models. */
class PerlProviderTest extends RuntimeModelContract {

  @Override
  protected RuntimeModelProvider provider() {
    return new PerlProvider();
  }
}
