package io.forkscope.cli;

import io.forkscope.core.casefile.CaseFile;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.verdict.CaseSet;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.Provenance;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.observe.ForkMeasurer;
import io.forkscope.observe.ObserveException;
import io.forkscope.observe.PageCount;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The part of the demo that really forks: a few CPython cases, predicted, then measured. */
final class DemoValidation {

  private static final String RUNTIME = "cpython";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String CASES =
      """
      cases:
        - {case: ints.iter, count: 300000}
        - {case: floats.iter, count: 300000}
        - {case: strs.iter, count: 200000}
        - {case: tuples.iter, count: 200000}
        - {case: ints.sum, count: 300000}
        - {case: slots.attr, count: 150000}
        - {case: ints.noop, count: 300000}
        - {case: dicts.gc.freeze, count: 50000}
      """;

  private DemoValidation() {}

  /**
   * Predicts and measures.
   *
   * @throws ObserveException in one line that says what this machine lacks
   */
  static Verdict run() throws IOException {
    ForkMeasurer measurer = ForkMeasurer.forThisMachine(PageCount.Method.FRAMES, PATIENCE);
    RuntimeModelProvider provider = Models.byId(RUNTIME);
    ValidationCases cases = new ValidationCases(null);
    List<String> installed = cases.installed(provider);
    String version = installed.get(installed.size() - 1);
    List<PredictedCase> predicted = new ArrayList<>();
    for (Scenario scenario :
        new CaseFile(Models::byId)
            .parse("demo", CASES, Map.of("runtime", RUNTIME, "version", version))) {
      predicted.add(PredictedCase.of(scenario));
    }
    CaseSet set = new CaseSet("demo", HostCalibration.costs());
    try (Progress progress = Progress.of("measure", predicted.size())) {
      for (PredictedCase one : predicted) {
        set.compared(
            one.scenario(),
            provider,
            one.trajectory(),
            one.comparisons(
                List.of(
                    ValidationCases.measure(
                        measurer,
                        provider,
                        cases.interpreter(provider, one.scenario()),
                        one.scenario(),
                        false))));
        progress.step();
      }
    }
    cases.releases().values().forEach(release -> set.version("real " + RUNTIME, release));
    return set.verdict();
  }

  /** The verdict on a recording with the cases that were measured beside it. */
  static Verdict beside(Verdict recorded, Verdict measured) {
    List<Finding> findings = new ArrayList<>(recorded.findings());
    findings.add(accuracy(measured));
    Provenance own = recorded.provenance();
    Map<String, String> versions = new TreeMap<>(own.versions());
    versions.putAll(measured.provenance().versions());
    List<String> notes = new ArrayList<>(own.notes());
    notes.add(
        "The cases under 'Predicted against measured' are CPython's: real forks of this machine."
            + " The recorded JVM was not forked, and its numbers were not measured.");
    return new Verdict(
        recorded.title(),
        findings,
        recorded.totals(),
        recorded.processes(),
        recorded.regions(),
        recorded.causes(),
        recorded.curve(),
        recorded.pageMap(),
        measured.comparisons(),
        new Provenance(
            own.inputName(),
            own.inputSha256(),
            own.seed(),
            versions,
            own.fidelity(),
            own.assumptions(),
            notes));
  }

  /** How well the measured cases were met, in words. */
  private static Finding accuracy(Verdict measured) {
    Finding said = measured.findings().get(0);
    return new Finding(
        Finding.Level.NOTE,
        "CPython "
            + measured.comparisons().get(0).version()
            + ", really forked beside it: "
            + said.text(),
        said.basis());
  }
}
