package io.forkscope.cli;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Mark;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.core.simulation.Trajectory;
import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.CountedPages;
import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.core.verdict.SnapshotCost;
import io.forkscope.core.verdict.TrajectoryParts;
import io.forkscope.observe.MappingClass;
import io.forkscope.observe.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * A case with its prediction, made before anything is measured.
 *
 * @param scenario the case
 * @param provider of its model
 * @param trajectory what the model says
 * @param placement {@link Comparison#MODELLED}, or {@link Comparison#OBSERVED} after the run
 */
record PredictedCase(
    Scenario scenario, RuntimeModelProvider provider, Trajectory trajectory, String placement) {

  /**
   * Predicts a case.
   *
   * @throws RefusedCase if the model cannot say it
   */
  static PredictedCase of(Scenario scenario) {
    RuntimeModelProvider provider = Models.byId(scenario.runtime());
    try {
      return new PredictedCase(
          scenario, provider, Simulation.run(scenario, provider), Comparison.MODELLED);
    } catch (IllegalArgumentException e) {
      throw new RefusedCase(scenario, e);
    }
  }

  /**
   * Checks that the runtime's program can say it; a server takes every case that is predicted.
   *
   * @throws RefusedCase if it cannot
   */
  void requireProgram() {
    if (provider.server().isEmpty()) {
      try {
        provider.driver().ifPresent(driver -> driver.program(scenario));
      } catch (IllegalArgumentException e) {
        throw new RefusedCase(scenario, e);
      }
    }
  }

  /**
   * The case predicted again, with objects placed where a run had them; nothing if its program told
   * no addresses.
   *
   * @throws IllegalArgumentException if the model cannot say it
   */
  Optional<PredictedCase> observed(Measurement run) {
    return run.addresses().isEmpty()
        ? Optional.empty()
        : provider
            .create(scenario.version(), run.addresses())
            .map(model -> Simulation.run(scenario, model))
            .map(seen -> new PredictedCase(scenario, provider, seen, Comparison.OBSERVED));
  }

  /** One line a mark: case, runtime, version, resident and predicted pages. */
  List<String> lines() {
    return comparisons(List.of()).stream()
        .map(
            c ->
                String.join(
                    ",",
                    c.name().replace(',', ' '),
                    c.runtime(),
                    c.version(),
                    Long.toString(trajectory.residentPages()),
                    Long.toString(c.predicted())))
        .toList();
  }

  /** The comparisons at every mark with the median of what was measured; nothing for none. */
  List<Comparison> comparisons(List<Measurement> measured) {
    List<Comparison> all = new ArrayList<>();
    for (Mark mark : trajectory.marks()) {
      if (mark.epoch() > 0) {
        int index = scenario.requests().marks().indexOf(mark.epoch()) + 1;
        for (CountedPages counted : CountedPages.at(mark, scenario, provider, trajectory)) {
          all.add(
              new Comparison(
                  counted.name(),
                  scenario.runtime(),
                  scenario.version(),
                  measured.isEmpty()
                      ? trajectory.residentPages()
                      : median(measured, Measurement::residentPages),
                  counted.predicted(),
                  measured.isEmpty()
                      ? -1
                      : median(
                          measured,
                          m ->
                              counted.ofSleeper()
                                  ? m.snapshot().childPages().get(index)
                                  : m.actionPages(index)),
                  placement,
                  mark.equals(trajectory.end()) && !counted.ofSleeper()
                      ? parts(measured)
                      : List.of()));
        }
      }
    }
    return all;
  }

  /** What the snapshot of the case really cost: medians over the runs. */
  SnapshotCost.Cost snapshot(List<Measurement> measured) {
    return measured.isEmpty()
        ? SnapshotCost.Cost.NOT_MEASURED
        : new SnapshotCost.Cost(
            median(measured, m -> last(m.snapshot().childPages())),
            median(measured, m -> m.snapshot().peakPages()),
            median(measured, m -> m.snapshot().forkPauseNanos()));
  }

  private static long last(List<Long> pages) {
    return pages.isEmpty() ? -1 : pages.get(pages.size() - 1);
  }

  // Regions count what fork itself broke too: the kernel's count and the model's alike.
  private List<Comparison.Part> parts(List<Measurement> measured) {
    TrajectoryParts shown = new TrajectoryParts(trajectory);
    List<Comparison.Part> parts = new ArrayList<>();
    Map<String, Long> predicted = new LinkedHashMap<>();
    for (RegionLoss region : shown.regions("modelled")) {
      predicted.merge(region.kind(), region.brokenPages(), Long::sum);
    }
    TreeSet<String> kinds = new TreeSet<>(predicted.keySet());
    for (MappingClass kind : MappingClass.values()) {
      kinds.add(kind.kind().label());
    }
    for (String kind : kinds) {
      long pages = predicted.getOrDefault(kind, 0L);
      long real = measured.isEmpty() ? -1 : median(measured, m -> broken(m, kind));
      if (pages > 0 || real > 0) {
        parts.add(new Comparison.Part(kind + ", fork included", pages, real));
      }
    }
    for (CauseLoss cause : shown.causes()) {
      if (cause.brokeFirst() > 0) {
        parts.add(Comparison.Part.ofCause(cause.id(), cause.brokeFirst()));
      }
    }
    return parts;
  }

  private static long broken(Measurement measurement, String kind) {
    return measurement.brokenPagesByClass().entrySet().stream()
        .filter(e -> e.getKey().kind().label().equals(kind))
        .mapToLong(e -> Objects.requireNonNull(e.getValue()))
        .sum();
  }

  private static long median(List<Measurement> measured, ToLongFunction<Measurement> pages) {
    long[] sorted = measured.stream().mapToLong(pages).sorted().toArray();
    return sorted[(sorted.length - 1) / 2];
  }
}
