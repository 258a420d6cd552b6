package io.forkscope.models.lua;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.Fidelity;
import io.forkscope.core.model.ModelOption;
import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.model.RuntimeModel;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Optional;

/** Offers the model of Lua 5.4. */
public final class LuaProvider implements RuntimeModelProvider {

  private static final List<String> VERSIONS = List.of("5.4");

  /** For {@link java.util.ServiceLoader}. */
  public LuaProvider() {}

  @Override
  public String id() {
    return "lua";
  }

  @Override
  public List<String> versions() {
    return VERSIONS;
  }

  @Override
  public String description() {
    return "Lua 5.4 command: colours and ages in object headers, string table, glibc malloc";
  }

  @Override
  public List<Cause> causes() {
    return LuaCauses.all();
  }

  @Override
  public List<ModelOption> options() {
    return List.of(
        new ModelOption(
            "collector",
            "generational, as the lua5.4 command starts, or incremental, as an embedded Lua does",
            "generational"),
        new ModelOption(
            LuaScriptStart.ARGUMENTS,
            "those of the shared harness's script, 'CASE COUNT', of which each letter counts where a"
                + " collection is near; cases in their short form have them",
            "another script"));
  }

  @Override
  public List<Assumption> assumptions() {
    return List.of(
        new Assumption(
            "Assumes what lua5.4 5.4.4 of Debian 12 has allocated when a script starts",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes blocks are placed by glibc 2.36's malloc, at addresses of the model's choice",
            Fidelity.MODELLED),
        new Assumption(
            "Assumes that what a step of the collector costs beyond the scenario's own objects is"
                + " the same in every script",
            Fidelity.MODELLED));
  }

  @Override
  public List<String> sources() {
    return List.of(
        "Lua 5.4.4 lgc.c, lgc.h, lua.c (marking, sweeping, modes, parameters)",
        "Lua 5.4.4 lobject.h, ltable.c, lstring.c, lfunc.h (layouts and growth)",
        "Lua 5.4.4 lauxlib.c, lstrlib.c, ltablib.c (buffers, what makes a string)",
        "glibc 2.36 malloc/malloc.c",
        "measured: lua5.4 5.4.4, pages by frame number on Linux 6.18");
  }

  @Override
  public Vocabulary vocabulary() {
    return LuaVocabulary.words();
  }

  @Override
  public RuntimeModel create(String version) {
    checkVersion(version);
    return new LuaModel(ObservedAddresses.NONE);
  }

  @Override
  public Optional<RuntimeModel> create(String version, ObservedAddresses told) {
    checkVersion(version);
    return Optional.of(new LuaModel(told));
  }

  @Override
  public Optional<RuntimeDriver> driver() {
    return Optional.of(new LuaDriver());
  }

  @Override
  public Scenario expand(String caseName, String version, long count) {
    checkVersion(version);
    Scenario scenario = LuaCases.expand(caseName, version, count);
    LuaModel.check(scenario);
    return scenario;
  }

  private static void checkVersion(String version) {
    Nearest.check("Lua version", version, VERSIONS);
  }
}
