package io.forkscope.cli;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Losses;
import io.forkscope.core.simulation.MitigationTrials;
import io.forkscope.core.simulation.MitigationTrials.Trial;
import io.forkscope.core.verdict.MitigationEffect;
import io.forkscope.core.verdict.MitigationEffects;
import io.forkscope.observe.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The mitigations of predicted cases: what is predicted of them, and what was measured. */
final class MitigatedCases {

  private final Map<PredictedCase, List<Trial>> trials = new LinkedHashMap<>();
  private final Map<Scenario, Losses> measured = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Predicts the mitigations of a case; gives those that can really be run as cases. */
  List<PredictedCase> add(PredictedCase one) {
    List<Trial> all = new MitigationTrials(one.scenario(), one.provider(), losses(one)).run();
    trials.put(one, all);
    List<PredictedCase> runnable = new ArrayList<>();
    for (Trial trial : all) {
      if (trial.isRunnable()) {
        PredictedCase changed = PredictedCase.of(trial.scenario());
        try {
          changed.requireProgram();
          runnable.add(changed);
        } catch (RefusedCase e) {
          notes.add(trial.scenario().name() + " was not run: " + e.reason());
        }
      }
    }
    return runnable;
  }

  /** Notes what a case, or a case with its mitigations, really cost; the median of its runs. */
  void measured(Scenario scenario, List<Measurement> runs) {
    if (!runs.isEmpty()) {
      measured.put(
          scenario,
          Losses.of(
              scenario,
              median(runs, Measurement::residentPages),
              median(runs, Measurement::mostPrivatePages)));
    }
  }

  /** Every effect, each case's ranked. */
  List<MitigationEffect> effects() {
    List<MitigationEffect> effects = new ArrayList<>();
    trials.forEach(
        (one, all) ->
            effects.addAll(MitigationEffects.ranked(one.scenario(), losses(one), all, measured)));
    return effects;
  }

  /** What was not run, and why. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  private static Losses losses(PredictedCase one) {
    return Losses.of(one.scenario(), one.trajectory());
  }

  private static long median(List<Measurement> runs, ToLongFunction<Measurement> pages) {
    long[] sorted = runs.stream().mapToLong(pages).sorted().toArray();
    return sorted[(sorted.length - 1) / 2];
  }
}
