package io.forkscope.models.cpython;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Takes scenarios on a real CPython. */
final class CPythonDriver implements RuntimeDriver {
  private static final String VERSION_PROGRAM =
      "import sys, platform; i = platform.python_implementation();"
          + " sys.exit('it is ' + i) if i != 'CPython' else"
          + " sys.stdout.write('%d.%d.%d' % sys.version_info[:3])";

  @Override
  public List<String> executables(String version) {
    return List.of("python" + version, version.startsWith("2") ? "python2" : "python3", "python");
  }

  @Override
  public List<String> versionArguments() {
    return List.of("-c", VERSION_PROGRAM);
  }

  @Override
  public Optional<String> measuredRelease(Scenario scenario) {
    CPythonVersion version = CPythonVersion.of(scenario.version());
    boolean debian = version == CPythonVersion.V3_11 && !ProgramKind.of(scenario).isAlone();
    return Optional.of(debian ? GunicornProgram.PYTHON : version.release());
  }

  @Override
  public String program(Scenario scenario) {
    if (ReferenceCounts.of(scenario) != ReferenceCounts.IN_OBJECT) {
      throw new IllegalArgumentException(
          ReferenceCounts.OPTION + " is a what-if that no CPython can take; simulate it");
    }
    return PythonProgram.of(scenario);
  }

  @Override
  public Optional<String> tellingProgram(Scenario scenario) {
    boolean buffers =
        scenario.populations().stream()
            .noneMatch(p -> p.holder().equals("list") || p.holder().equals("dict"));
    return buffers || GunicornProgram.serves(scenario)
        ? Optional.empty()
        : Optional.of(PythonProgram.telling(scenario));
  }

  @Override
  public Map<String, String> environment(Scenario scenario) {
    Map<String, String> environment = new TreeMap<>(environment());
    if (scenario.options().getOrDefault(SmallBlocks.OPTION, "").equals("malloc")) {
      environment.put("PYTHONMALLOC", "malloc");
    }
    return environment;
  }

  @Override
  public String fileEnding() {
    return ".py";
  }

  @Override
  public List<String> command(Path executable, Path program, Path workDirectory) {
    return List.of(executable.toString(), program.toString());
  }

  @Override
  public List<String> command(
      Scenario scenario, Path executable, Path program, Path workDirectory) {
    return GunicornProgram.serves(scenario)
        ? List.of(
            executable.toString(),
            "-m",
            "gunicorn",
            "--preload",
            "-c",
            program.toString(),
            "scenario:application")
        : !StartedInterpreter.importsSite(scenario)
            ? List.of(executable.toString(), "-S", program.toString())
            : command(executable, program, workDirectory);
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("PYTHONHASHSEED", "0", "PYTHONDONTWRITEBYTECODE", "1", "PYTHONNOUSERSITE", "1");
  }
}
