package io.forkscope.models.lua;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.ProgramFile;
import io.forkscope.models.Recycling;
import io.forkscope.models.SourceNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs scenarios on a real Lua. Lua has no fork: a small C module of ours is compiled with gcc for
 * it, in the run's own directory.
 */
final class LuaDriver implements RuntimeDriver {

  private static final String MODULE = "forkscope.c";

  /** Tells where data lie. */
  private static final String TELL = "tell.lua";

  /** Longest wait for the compiler. */
  private static final int COMPILE_SECONDS = 60;

  @Override
  public List<String> executables(String version) {
    return List.of("lua" + version, "lua");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("-v");
  }

  /**
   * Nothing is collected while a program is loaded: else the loader's table of names, of a program
   * of some 1,450 letters, is old when it has been loaded, and stays until a major collection.
   * {@code start} of forkscope.c lets the collector run. Source: Lua 5.4.4 lua.c, handle_luainit;
   * lgc.c, sweepgen.
   */
  @Override
  public Map<String, String> environment() {
    return Map.of("LUA_INIT_5_4", "collectgarbage('stop')");
  }

  @Override
  public String fileEnding() {
    return ".lua";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory)
      throws IOException {
    compile(install(MODULE, workDirectory), workDirectory);
    return List.of(executable.toString(), program.getFileName().toString());
  }

  @Override
  public List<String> command(Scenario scenario, Path executable, Path program, Path workDirectory)
      throws IOException {
    List<String> command = new ArrayList<>(command(executable, program, workDirectory));
    Files.writeString(workDirectory.resolve(TELL), LuaSource.telling(scenario));
    command.addAll(LuaStart.of(scenario).arguments());
    return command;
  }

  private static Path install(String name, Path directory) throws IOException {
    return ProgramFile.install(LuaDriver.class, name, directory);
  }

  private static void compile(Path source, Path directory) throws IOException {
    Path errors = directory.resolve("gcc-errors");
    Process gcc;
    try {
      gcc =
          new ProcessBuilder(
                  "gcc", "-O1", "-shared", "-fPIC", "-o", "forkscope.so", source.toString())
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(errors.toFile())
              .start();
    } catch (IOException e) {
      throw new IOException(
          "Lua has no fork, and gcc, which would compile one for it, cannot be run", e);
    }
    try {
      if (!gcc.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("gcc did not end within " + COMPILE_SECONDS + " seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while gcc compiled fork for Lua", e);
    } finally {
      gcc.destroyForcibly();
    }
    if (gcc.exitValue() != 0) {
      String first = Files.readAllLines(errors).stream().findFirst().orElse("it says nothing");
      throw new IOException("gcc could not compile fork for Lua: " + first);
    }
  }

  @Override
  public String program(Scenario scenario) {
    LuaModel.check(scenario);
    Recycling.check(scenario, true);
    return program(scenario, "");
  }

  @Override
  public Optional<String> tellingProgram(Scenario scenario) {
    LuaModel.check(scenario);
    Recycling.check(scenario, true);
    return Optional.of(program(scenario, "loadfile('" + TELL + "')(P)\n"));
  }

  private static String program(Scenario scenario, String lastly) {
    return source(scenario, LuaStart.of(scenario).statement(), lastly);
  }

  /** The text of the program but for its start, whether or not it can be run. */
  static String source(Scenario scenario) {
    return source(scenario, "", "");
  }

  private static String source(Scenario scenario, String start, String lastly) {
    StringBuilder source = new StringBuilder(2048);
    source.append("local path = package.cpath\npackage.cpath = './?.so'\n");
    source.append("local F = require 'forkscope'\n");
    source.append("local P, kept, last, Object = {}, {}, nil, {}\n");
    scenario.populations().forEach(population -> builder(population, source));
    int index = 0;
    for (Step step : scenario.actions()) {
      function("act_" + index++, step, scenario, source);
    }
    index = 0;
    for (Step step : scenario.preparations()) {
      if (!step.verb().equals("warm-up")) {
        function("prepare_" + index++, step, scenario, source);
      }
    }
    source.append("math.randomseed(").append(scenario.seed()).append(")\n").append(start);
    for (Population population : scenario.populations()) {
      build(population, "P", population.count(), source);
    }
    index = 0;
    for (Step step : scenario.preparations()) {
      if (step.verb().equals("warm-up")) {
        source.append("do local W = {}\n");
        for (Population population : scenario.populations()) {
          build(population, "W", Long.parseLong(step.argument("count", "200")), source);
        }
        calls(scenario, "W", source);
        source.append("end\n");
      } else {
        source.append("prepare_").append(index++).append("(P)\n");
      }
    }
    fork(scenario, lastly, source);
    return source.toString();
  }

  private static void builder(Population population, StringBuilder source) {
    source.append("local function build_").append(SourceNames.identifier(population.name()));
    source.append("(n)\n  local d = {}\n  for i = 1, n do d[");
    boolean isMap = population.holder().equals("map");
    source.append(isMap ? LuaSource.expression(population.of().parts().get(0)) : "i");
    source.append("] = ");
    source.append(LuaSource.expression(isMap ? population.of().parts().get(1) : population.of()));
    source.append(" end\n");
    if (population.keepEvery() > 1) {
      source.append(
          isMap
              ? "  local t, j = {}, 0; for i = 1, n, %d do local k = %s; t[k] = d[k] end\n"
                  .formatted(
                      population.keepEvery(), LuaSource.expression(population.of().parts().get(0)))
              : "  local t = {}; for i = 1, n, %d do t[#t + 1] = d[i] end\n"
                  .formatted(population.keepEvery()));
      source.append("  d = t; t = nil; collectgarbage()\n");
    }
    if (population.shuffleSeed() >= 0 && !isMap) {
      source.append("  math.randomseed(").append(population.shuffleSeed()).append(")\n");
      source.append("  for i = #d, 2, -1 do local k = math.random(i);");
      source.append(" d[i], d[k] = d[k], d[i] end\n");
    }
    source.append("  return d\nend\n");
  }

  private static void build(Population of, String into, long count, StringBuilder source) {
    String name = SourceNames.identifier(of.name());
    source.append("%s.%s = build_%s(%d)\n".formatted(into, name, name, count));
  }

  private static void function(String name, Step step, Scenario scenario, StringBuilder source) {
    source.append("local function ").append(name).append("(P)\n  ");
    step.target()
        .ifPresent(
            target ->
                source.append("local d = P.").append(SourceNames.identifier(target)).append("; "));
    source.append(LuaSource.statement(step, scenario)).append("\nend\n");
  }

  private static void calls(Scenario scenario, String on, StringBuilder source) {
    for (int i = 0; i < scenario.actions().size(); i++) {
      source.append("act_").append(i).append('(').append(on).append(") ");
    }
    source.append('\n');
  }

  /** Whoever acts marks itself, acts, and leaves without closing the state. */
  private static void fork(Scenario scenario, String lastly, StringBuilder source) {
    boolean childrenAct = scenario.fork().acting() != ForkPlan.Acting.PARENT;
    boolean parentActs = scenario.fork().acting() != ForkPlan.Acting.CHILDREN;
    long recycle = scenario.requests().recycleAfter();
    source.append("local marks = {}\n");
    scenario
        .requests()
        .marks()
        .forEach(mark -> source.append("marks[").append(mark).append("] = true\n"));
    source.append("local function work(from, to)\n");
    source.append("  F.mark(); if from == 0 and marks[0] then F.mark() end\n");
    source.append("  for r = from + 1, to do ");
    calls(scenario, "P", source);
    source.append("    if marks[r] then F.mark() end\n  end\nend\n");
    source.append("local count, pids, failed = ").append(scenario.requests().count());
    source.append(", {}, false\nF.mark()\n");
    if (recycle > 0) {
      source.append("for from = 0, count - 1, ").append(recycle).append(" do\n");
      source.append("  if from > 0 then F.mark() end\n");
    }
    source.append("for c = 1, ").append(scenario.fork().children()).append(" do\n");
    source.append("  local pid = F.fork()\n");
    source.append("  if pid == 0 then\n");
    source.append("    math.randomseed(").append(scenario.seed()).append(" + 1000 * ");
    if (recycle > 0) {
      source.append("(c + from // ").append(recycle).append(" * ");
      source.append(scenario.fork().children()).append("))\n");
      source.append("    work(from, math.min(count, from + ").append(recycle).append("))\n");
    } else {
      source.append("c)\n").append(childrenAct ? "    work(0, count)\n" : "    F.sleep()\n");
    }
    source.append("    F.exit(0)\n  end\n  pids[#pids + 1] = pid\nend\n");
    if (parentActs) {
      source.append("work(0, count)\n");
    }
    source.append("for _, pid in ipairs(pids) do\n");
    source.append(
        childrenAct ? "  failed = F.wait(pid) ~= 0 or failed\n" : "  F.kill(pid); F.wait(pid)\n");
    source.append(recycle > 0 ? "end\npids = {}\n" : "");
    source.append("end\n").append(lastly).append("F.exit(failed and 1 or 0)\n");
  }
}
