package io.forkscope.cli;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.verdict.CaseSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forkscope simulate}: predicts scenarios with no runtime on the machine. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Predicts scenarios from models alone; needs no runtime and no root.",
    footer = {
      "",
      "Examples:",
      "  forkscope simulate --runtime cpython --runtime-version 3.11 --count 300000 ints.iter",
      "  forkscope simulate --cases cases.yaml --format json",
      "  forkscope simulate scenario.yaml -o report.html",
      "",
      "The words of a case are listed by 'forkscope models ID'."
    })
final class SimulateCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "CASE|FILE",
      description =
          "Cases in short form, or case files (a name with a slash or an ending .yaml, .yml,"
              + " .json).")
  private List<String> inputs = new ArrayList<>();

  @Option(names = "--cases", paramLabel = "FILE", description = "A case file; may be repeated.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--runtime", paramLabel = "ID", description = "Runtime of cases that name none.")
  private @Nullable String runtime;

  @Option(
      names = "--runtime-version",
      paramLabel = "V",
      description = "Version of cases that name none.")
  private @Nullable String version;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Objects of short-form cases. Default: ${DEFAULT-VALUE}.")
  private long count;

  @Mixin private OutputOptions output = new OutputOptions();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  SimulateCommand() {}

  @Override
  public Integer call() throws IOException {
    List<Scenario> scenarios = scenarios();
    output.check();
    if (scenarios.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "nothing to simulate: name a case, or a file with --cases");
    }
    CaseSet set = new CaseSet(inputName());
    set.version("forkscope", Main.version());
    try (Progress progress = Progress.of("simulate", scenarios.size())) {
      for (Scenario scenario : scenarios) {
        RuntimeModelProvider provider = Models.byId(scenario.runtime());
        set.predicted(scenario, provider, Simulation.run(scenario, provider));
        progress.step();
      }
    }
    output.write(set.verdict(), spec.commandLine().getOut(), spec.commandLine().getErr());
    return ExitCode.FINE;
  }

  private List<Scenario> scenarios() throws IOException {
    Map<String, String> defaults = new LinkedHashMap<>();
    if (runtime != null) {
      defaults.put("runtime", runtime);
    }
    if (version != null) {
      defaults.put("version", version);
    }
    CaseFile reader = new CaseFile(Models::byId);
    List<Scenario> scenarios = new ArrayList<>();
    for (Path file : files) {
      scenarios.addAll(reader.read(file, defaults));
    }
    for (String input : inputs) {
      scenarios.addAll(
          looksLikeFile(input)
              ? reader.read(Path.of(input), defaults)
              : reader.parse("case", "{case: " + input + ", count: " + count + "}", defaults));
    }
    return scenarios;
  }

  private static boolean looksLikeFile(String input) {
    return input.contains("/") || input.matches("(?i).*\\.(ya?ml|json)");
  }

  private String inputName() {
    List<String> names = new ArrayList<>(inputs);
    files.forEach(f -> names.add(f.toString()));
    return String.join(", ", names);
  }
}
