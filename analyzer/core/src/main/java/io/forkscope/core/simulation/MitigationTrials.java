package io.forkscope.core.simulation;

import io.forkscope.core.mitigation.Mitigation;
import io.forkscope.core.mitigation.Mitigation.Reach;
import io.forkscope.core.mitigation.Mitigations;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Simulates a scenario with each mitigation that applies, and with pairs of those that help. A pure
 * function of the scenario and the model.
 */
public final class MitigationTrials {

  /** Of so many that help most, every pair is tried. */
  private static final int PAIRED = 4;

  private final Scenario scenario;
  private final RuntimeModelProvider provider;
  private final Losses baseline;

  /**
   * One scenario with mitigations in place.
   *
   * @param mitigations in the order in which they were applied, at least one
   * @param scenario with all of them
   * @param losses what was predicted; the baseline's where the model refused
   * @param refusal why the model cannot say it; empty where it can
   */
  public record Trial(
      List<Mitigation> mitigations, Scenario scenario, Losses losses, String refusal) {

    /** Copies the list. */
    public Trial {
      mitigations = List.copyOf(mitigations);
    }

    /** Whether every one of its mitigations can really be run. */
    public boolean isRunnable() {
      return refusal.isEmpty() && mitigations.stream().allMatch(m -> m.reach() == Reach.RUNNABLE);
    }
  }

  /**
   * Prepares trials.
   *
   * @param baseline what the scenario costs as it is
   */
  public MitigationTrials(Scenario scenario, RuntimeModelProvider provider, Losses baseline) {
    this.scenario = scenario;
    this.provider = provider;
    this.baseline = baseline;
  }

  /** Singles in the registry's order, then pairs. */
  public List<Trial> run() {
    List<Trial> trials = new ArrayList<>();
    for (Mitigation mitigation : Mitigations.all()) {
      if (mitigation.applies(scenario, provider)) {
        trials.add(trial(List.of(mitigation)));
      }
    }
    trials.addAll(pairs(trials));
    return trials;
  }

  private Trial trial(List<Mitigation> mitigations) {
    Scenario changed = scenario;
    for (Mitigation mitigation : mitigations) {
      changed = mitigation.apply(changed, provider);
    }
    String ids = String.join(" + ", mitigations.stream().map(Mitigation::id).toList());
    changed = changed.withName(scenario.name() + " with " + ids);
    try {
      Losses losses = Losses.of(changed, Simulation.run(changed, provider));
      return new Trial(mitigations, changed, losses, "");
    } catch (IllegalArgumentException e) {
      return new Trial(mitigations, changed, baseline, String.valueOf(e.getMessage()));
    }
  }

  /** Pairs of those that help most, where the two together give more than either alone. */
  private List<Trial> pairs(List<Trial> singles) {
    List<Trial> helpful =
        singles.stream()
            .filter(t -> t.refusal().isEmpty() && t.losses().lostPages() < baseline.lostPages())
            .sorted(Comparator.comparingLong(t -> t.losses().lostPages()))
            .limit(PAIRED)
            .sorted(Comparator.comparingInt(singles::indexOf))
            .toList();
    List<Trial> pairs = new ArrayList<>();
    for (int i = 0; i < helpful.size(); i++) {
      for (int j = i + 1; j < helpful.size(); j++) {
        pair(helpful.get(i), helpful.get(j)).ifPresent(pairs::add);
      }
    }
    return pairs;
  }

  private Optional<Trial> pair(Trial first, Trial second) {
    Mitigation other = second.mitigations().get(0);
    if (!other.applies(first.scenario(), provider)) {
      return Optional.empty();
    }
    Trial both = trial(List.of(first.mitigations().get(0), other));
    long better = Math.min(first.losses().lostPages(), second.losses().lostPages());
    return both.refusal().isEmpty()
            && both.losses().lostPages() < better - baseline.indifferencePages()
        ? Optional.of(both)
        : Optional.empty();
  }
}
