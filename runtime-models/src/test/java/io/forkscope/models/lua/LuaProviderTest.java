package io.forkscope.models.lua;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.testkit.RuntimeModelContract;

/** Lua's provider against the contract of models. */
class LuaProviderTest extends RuntimeModelContract {

  @Override
  protected RuntimeModelProvider provider() {
    return new LuaProvider();
  }
}
