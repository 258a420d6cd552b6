package io.forkscope.core.verdict;

import io.forkscope.core.mitigation.Mitigation;
import io.forkscope.core.mitigation.Mitigation.Reach;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Losses;
import io.forkscope.core.simulation.MitigationTrials.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Ranks the trials of one case. */
public final class MitigationEffects {

  private MitigationEffects() {}

  /**
   * The effects of trials, most pages given back first, equals in the order of the trials; what the
   * model refused stands last.
   *
   * @param scenario as it stands
   * @param baseline what it is predicted to cost
   * @param trials with their mitigations in place
   * @param measured what really was, by scenario; the baseline's among them if there are any
   */
  public static List<MitigationEffect> ranked(
      Scenario scenario, Losses baseline, List<Trial> trials, Map<Scenario, Losses> measured) {
    List<MitigationEffect> effects = new ArrayList<>();
    for (Trial trial : trials) {
      effects.add(effect(scenario, baseline, trial, measured));
    }
    effects.sort(
        Comparator.comparing((MitigationEffect e) -> !e.refusal().isEmpty())
            .thenComparing(e -> -e.predicted().givenBackPages())
            .thenComparing(e -> -e.predicted().familyGivenBackPages()));
    return effects;
  }

  private static MitigationEffect effect(
      Scenario scenario, Losses baseline, Trial trial, Map<Scenario, Losses> measured) {
    Losses without = measured.get(scenario);
    Losses with = measured.get(trial.scenario());
    return new MitigationEffect(
        scenario.name(),
        scenario.runtime(),
        scenario.version(),
        trial.mitigations().stream().map(Mitigation::id).toList(),
        joined(trial, Mitigation::sentence),
        joined(trial, Mitigation::cost),
        joined(trial, Mitigation::evidence),
        trial.mitigations().stream().anyMatch(m -> m.reach() == Reach.WHAT_IF),
        trial.refusal(),
        change(baseline, trial.losses()),
        without == null || with == null
            ? MitigationEffect.Change.NOT_MEASURED
            : change(without, with));
  }

  private static String joined(Trial trial, java.util.function.Function<Mitigation, String> what) {
    return String.join(" ", trial.mitigations().stream().map(what).toList());
  }

  private static MitigationEffect.Change change(Losses without, Losses with) {
    return new MitigationEffect.Change(
        without.lostPages(), with.lostPages(), without.familyPages(), with.familyPages());
  }
}
