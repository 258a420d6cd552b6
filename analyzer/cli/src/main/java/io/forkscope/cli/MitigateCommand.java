package io.forkscope.cli;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Losses;
import io.forkscope.core.simulation.MitigationTrials;
import io.forkscope.core.verdict.CaseSet;
import io.forkscope.core.verdict.MitigationEffects;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code forkscope mitigate}: simulates what each mitigation would give back. */
@Command(
    name = "mitigate",
    mixinStandardHelpOptions = true,
    description = {
      "Simulates cases with each mitigation that applies, and with pairs of those that help; prints"
          + " what each gives back, most first. Harmful ones are shown as harmful.",
      "Needs no runtime and no root. 'forkscope validate --mitigations' really runs those that can"
          + " be run."
    },
    footer = {
      "",
      "Examples:",
      "  forkscope mitigate --runtime cpython --runtime-version 3.9 --count 30000 json.gc",
      "  forkscope mitigate --cases cases.yaml -o report.html",
      "",
      "The words of a case are listed by 'forkscope models ID'."
    })
final class MitigateCommand implements Callable<Integer> {

  @Mixin private CaseOptions cases = new CaseOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  MitigateCommand() {}

  @Override
  public Integer call() throws IOException {
    List<Scenario> scenarios = cases.scenarios();
    output.check();
    if (scenarios.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "nothing to mitigate: name a case, or a file with --cases");
    }
    CaseSet set = new CaseSet(cases.inputName(), HostCalibration.costs());
    set.version("forkscope", Main.version());
    try (Progress progress = Progress.of("mitigate", scenarios.size())) {
      for (Scenario scenario : scenarios) {
        PredictedCase one = PredictedCase.of(scenario);
        set.predicted(scenario, one.provider(), one.trajectory());
        Losses baseline = Losses.of(scenario, one.trajectory());
        set.mitigated(
            MitigationEffects.ranked(
                scenario,
                baseline,
                new MitigationTrials(scenario, one.provider(), baseline).run(),
                Map.of()));
        progress.step();
      }
    }
    output.write(set.verdict(), spec.commandLine().getOut(), spec.commandLine().getErr());
    return ExitCode.FINE;
  }
}
