package io.forkscope.cli;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.verdict.CaseSet;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private CaseOptions cases = new CaseOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  SimulateCommand() {}

  @Override
  public Integer call() throws IOException {
    List<Scenario> scenarios = cases.scenarios();
    output.check();
    if (scenarios.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "nothing to simulate: name a case, or a file with --cases");
    }
    CaseSet set = new CaseSet(cases.inputName(), HostCalibration.costs());
    set.version("forkscope", Main.version());
    try (Progress progress = Progress.of("simulate", scenarios.size())) {
      for (Scenario scenario : scenarios) {
        PredictedCase one = PredictedCase.of(scenario);
        set.predicted(scenario, one.provider(), one.trajectory());
        progress.step();
      }
    }
    output.write(set.verdict(), spec.commandLine().getOut(), spec.commandLine().getErr());
    return ExitCode.FINE;
  }
}
