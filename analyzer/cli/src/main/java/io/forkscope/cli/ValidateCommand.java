package io.forkscope.cli;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.verdict.AccuracySummary;
import io.forkscope.core.verdict.CaseSet;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.observe.ForkMeasurer;
import io.forkscope.observe.Interpreter;
import io.forkscope.observe.Measurement;
import io.forkscope.observe.ObserveException;
import io.forkscope.observe.PageCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code forkscope validate}: predicts, really forks, and sets both counts side by side. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Predicts cases, then runs the real interpreter, really forks it, counts pages by their"
          + " frames and prints predicted, measured and error.",
      "Every prediction is made, and written to --predictions, before the first fork; it never sees"
          + " the run's own addresses. With --placement observed a second one is made after the run,"
          + " with objects where the run had them; both are printed, and judged apart."
    },
    footer = {
      "",
      "Examples:",
      "  forkscope validate                                  built-in cases of what is installed",
      "  forkscope validate --runtime cruby --max-error 0.05",
      "  forkscope validate --cases cases.yaml --format json -o result.json",
      "  forkscope validate --cases cases.yaml --mitigations",
      "  forkscope validate --runtime cpython --placement observed",
      "  forkscope validate --interpreter /opt/python/bin/python3.12 --runtime-version 3.12",
      "  forkscope validate --truth cpython.csv --runtime cpython   needs neither root nor"
          + " interpreter",
      "",
      "Needs Linux and root; without root, --count exclusive."
    })
final class ValidateCommand implements Callable<Integer> {

  /**
   * A case of fewer broken pages than {@link AccuracySummary#LARGE_PAGES} may differ by so many.
   */
  private static final long SMALL_CASE_PAGES = 25;

  @Option(
      names = "--runtime",
      paramLabel = "ID",
      description =
          "Runtime of cases that name none. Without cases: of the built-in ones; default: each"
              + " runtime with built-in cases that is installed.")
  private @Nullable String runtime;

  @Option(
      names = {"--runtime-version"},
      paramLabel = "V",
      description = "Version of cases that name none. Default: each one installed.")
  private @Nullable String version;

  @Option(
      names = "--interpreter",
      paramLabel = "PATH",
      description = "The interpreter to run. Default: searched for by version.")
  private @Nullable Path interpreter;

  @Option(names = "--cases", paramLabel = "FILE", description = "A case file; may be repeated.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description = "Compare with counts of an earlier run (CSV) and measure nothing.")
  private @Nullable Path truth;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "1",
      description = "Runs a case; the median counts. Default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--count",
      paramLabel = "METHOD",
      defaultValue = "frames",
      description =
          "frames (exact, root) or exclusive (pagemap bit 56, no root). Default:"
              + " ${DEFAULT-VALUE}.")
  private PageCount.Method method = PageCount.Method.FRAMES;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Longest wait for a program's next mark. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--max-error",
      paramLabel = "R",
      description =
          "Fail (exit code 1) if a case of 200 pages or more is off by more than this ratio, or a"
              + " smaller one by more than 25 pages.")
  private @Nullable Double maxError;

  @Option(
      names = "--placement",
      paramLabel = "HOW",
      defaultValue = "modelled",
      description =
          "modelled, or observed: also predict with the addresses of the run's own objects, where a"
              + " runtime can tell them (cpython, cruby, perl, php, lua) and the case's actions free"
              + " none of them; a note says where not. Default: ${DEFAULT-VALUE}.")
  private Placement placement = Placement.MODELLED;

  @Option(
      names = "--mitigations",
      description =
          "Also run each case with every mitigation that applies and can be run, and print what it"
              + " gives back, predicted and measured.")
  private boolean mitigations;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write the predictions (CSV) before anything is measured.")
  private @Nullable Path predictions;

  /** What is placed by rule. */
  enum Placement {
    /** Everything. */
    MODELLED,
    /** Everything, and then everything but what the run tells. */
    OBSERVED
  }

  @Mixin private OutputOptions output = new OutputOptions();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private boolean measuringFailed;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  ValidateCommand() {}

  @Override
  public Integer call() throws IOException {
    checkOptions();
    output.check();
    CaseSet set =
        new CaseSet(truth == null ? inputName() : truth.toString(), HostCalibration.costs());
    set.version("forkscope", Main.version());
    if (truth == null) {
      measureCases(set);
    } else {
      compareWithTruth(set, truth);
    }
    Verdict verdict = set.verdict();
    output.write(verdict, spec.commandLine().getOut(), spec.commandLine().getErr());
    if (gateFails(verdict.comparisons())) {
      return ExitCode.GATE_FAILED;
    }
    return measuringFailed ? ExitCode.ENVIRONMENT : ExitCode.FINE;
  }

  private void checkOptions() {
    String wrong =
        repetitions < 1 || repetitions > 1000
            ? "--repetitions must be 1 to 1000, not " + repetitions
            : timeoutSeconds < 1 || timeoutSeconds > 86_400
                ? "--timeout must be 1 to 86400 seconds, not " + timeoutSeconds
                : maxError != null && !(maxError >= 0)
                    ? "--max-error must be 0 or more, not " + maxError
                    : truth != null
                            && (!files.isEmpty()
                                || runtime == null
                                || mitigations
                                || placement == Placement.OBSERVED)
                        ? "--truth needs --runtime and excludes --cases, --mitigations and"
                            + " --placement observed"
                        : "";
    if (!wrong.isEmpty()) {
      throw new CommandLine.ParameterException(spec.commandLine(), wrong);
    }
  }

  private void measureCases(CaseSet set) throws IOException {
    ForkMeasurer measurer = ForkMeasurer.forThisMachine(method, Duration.ofSeconds(timeoutSeconds));
    ValidationCases cases = new ValidationCases(interpreter);
    List<Scenario> scenarios =
        files.isEmpty()
            ? cases.builtIn(runtime, version)
            : ValidationCases.ofFiles(files, defaults());
    for (Scenario scenario : scenarios) {
      cases.interpreter(Models.byId(scenario.runtime()), scenario);
    }
    Map<String, List<String>> refused = new LinkedHashMap<>();
    List<PredictedCase> predicted = predict(scenarios, files.isEmpty(), refused);
    refused.forEach(
        (why, names) -> set.note("Left out: " + String.join(", ", names) + ". " + why + "."));
    predicted.forEach(PredictedCase::requireProgram);
    MitigatedCases mitigated = new MitigatedCases();
    if (mitigations) {
      for (PredictedCase one : List.copyOf(predicted)) {
        predicted.addAll(mitigated.add(one));
      }
    }
    writePredictions(predicted);
    try (Progress progress = Progress.of("measure", (long) predicted.size() * repetitions)) {
      for (PredictedCase one : predicted) {
        List<Measurement> measured = measure(one, cases, measurer, progress);
        set.compared(one.scenario(), one.provider(), one.trajectory(), one.comparisons(measured));
        set.snapshot(one.scenario(), one.provider(), one.trajectory(), one.snapshot(measured));
        if (placement == Placement.OBSERVED && !measured.isEmpty()) {
          compareObserved(set, one, measured.get(measured.size() - 1));
        }
        mitigated.measured(one.scenario(), measured);
      }
    }
    set.mitigated(mitigated.effects());
    mitigated.notes().forEach(set::note);
    cases.releases().forEach((key, releases) -> set.version("real " + key, releases));
    if (method == PageCount.Method.EXCLUSIVE) {
      set.note("Pages were counted by pagemap bit 56 (mapped only here), not by frame numbers.");
    }
  }

  /** The last run of a case beside what is predicted with its own addresses. */
  private static void compareObserved(CaseSet set, PredictedCase one, Measurement run) {
    try {
      Optional<PredictedCase> observed = one.observed(run);
      if (observed.isPresent()) {
        set.observed(observed.get().comparisons(List.of(run)));
      } else {
        set.note(one.scenario().name() + ": the run told no addresses; placement is modelled only");
      }
    } catch (IllegalArgumentException e) {
      set.note(
          one.scenario().name() + ": not predicted with observed placement: " + e.getMessage());
    }
  }

  private Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    if (runtime != null) {
      defaults.put("runtime", runtime);
    }
    if (version != null) {
      defaults.put("version", version);
    }
    return defaults;
  }

  /**
   * Predicts cases. Built-in ones are the same for all versions of a runtime: those that a version
   * cannot take are left out.
   *
   * @param refused takes the names of what is left out, by reason
   * @throws RefusedCase for a case of a file
   * @throws IllegalArgumentException if no built-in one is left
   */
  static List<PredictedCase> predict(
      List<Scenario> scenarios, boolean builtIn, Map<String, List<String>> refused) {
    List<PredictedCase> predicted = new ArrayList<>();
    try (Progress progress = Progress.of("predict", scenarios.size())) {
      for (Scenario scenario : scenarios) {
        try {
          predicted.add(PredictedCase.of(scenario));
        } catch (RefusedCase e) {
          if (!builtIn) {
            throw e;
          }
          refused.computeIfAbsent(e.reason(), why -> new ArrayList<>()).add(scenario.name());
        }
        progress.step();
      }
    }
    if (predicted.isEmpty() && !refused.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", refused.keySet()));
    }
    return predicted;
  }

  private void writePredictions(List<PredictedCase> predicted) throws IOException {
    if (predictions == null) {
      return;
    }
    StringBuilder text = new StringBuilder("case,runtime,version,resident_pages,predicted_pages\n");
    predicted.forEach(p -> p.lines().forEach(line -> text.append(line).append('\n')));
    ResultFile.write(
        predictions, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private List<Measurement> measure(
      PredictedCase one, ValidationCases cases, ForkMeasurer measurer, Progress progress)
      throws ObserveException {
    List<Measurement> measured = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      try {
        Interpreter real = cases.interpreter(one.provider(), one.scenario());
        boolean asking = placement == Placement.OBSERVED;
        measured.add(
            ValidationCases.measure(measurer, one.provider(), real, one.scenario(), asking));
      } catch (ObserveException e) {
        measuringFailed = true;
        spec.commandLine().getErr().println("forkscope: " + e.getMessage());
        spec.commandLine().getErr().flush();
        break;
      } finally {
        progress.step();
      }
    }
    return measured;
  }

  private void compareWithTruth(CaseSet set, Path file) throws IOException {
    RuntimeModelProvider provider = Models.byId(Objects.requireNonNull(runtime));
    List<RecordedTruth.Row> rows = RecordedTruth.read(file, provider, version);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(file + " has no row to compare");
    }
    for (RecordedTruth.Row row : rows) {
      PredictedCase one = PredictedCase.of(row.scenario());
      List<Comparison> marks = one.comparisons(List.of());
      Comparison last = marks.get(marks.size() - 1);
      set.compared(
          one.scenario(),
          provider,
          one.trajectory(),
          List.of(
              new Comparison(
                  last.name(),
                  last.runtime(),
                  last.version(),
                  row.residentPages(),
                  last.predicted(),
                  row.brokenPages(),
                  last.placement(),
                  last.parts())));
    }
    set.note("The measured counts are those recorded in " + file.getFileName() + ".");
  }

  private boolean gateFails(List<Comparison> comparisons) {
    AccuracySummary accuracy = AccuracySummary.of(comparisons);
    return maxError != null
        && (accuracy.worstError() > maxError || accuracy.worstSmallPages() > SMALL_CASE_PAGES);
  }

  private String inputName() {
    return files.isEmpty()
        ? "built-in cases" + (runtime == null ? "" : " of " + runtime)
        : String.join(", ", files.stream().map(Path::toString).toList());
  }
}
