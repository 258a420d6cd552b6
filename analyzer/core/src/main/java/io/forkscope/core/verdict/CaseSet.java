package io.forkscope.core.verdict;

import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.model.Fidelity;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Mark;
import io.forkscope.core.simulation.Trajectory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects predicted cases, each measured or not, and makes one verdict of them. A single case gets
 * every panel; of several, the comparisons are shown and the first case's pages stand as an
 * example.
 */
public final class CaseSet {

  private static final String FORK_COSTS = "fork costs";

  private final String inputName;
  private final HostCosts host;
  private final MessageDigest hash = sha256();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final Set<String> assumptions = new LinkedHashSet<>();
  private final Map<String, String> versions = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private final List<SnapshotCost> snapshots = new ArrayList<>();
  private final List<MitigationEffect> mitigations = new ArrayList<>();
  private @Nullable Trajectory first;
  private @Nullable Scenario firstScenario;

  /**
   * An empty set.
   *
   * @param inputName what the user named
   * @param host what forks cost where the cases are to run
   */
  public CaseSet(String inputName, HostCosts host) {
    this.inputName = inputName;
    this.host = host;
  }

  /** Adds a case that was predicted and not measured. */
  public void predicted(Scenario scenario, RuntimeModelProvider provider, Trajectory trajectory) {
    remember(scenario, provider, trajectory);
    snapshot(scenario, provider, trajectory, SnapshotCost.Cost.NOT_MEASURED);
    List<Comparison.Part> parts = new ArrayList<>();
    for (CauseLoss cause : new TrajectoryParts(trajectory).causes()) {
      if (cause.brokeFirst() > 0) {
        parts.add(Comparison.Part.ofCause(cause.id(), cause.brokeFirst()));
      }
    }
    for (Mark mark : trajectory.marks()) {
      if (mark.epoch() > 0) {
        for (CountedPages counted : CountedPages.at(mark, scenario, provider, trajectory)) {
          comparisons.add(
              new Comparison(
                  counted.name(),
                  scenario.runtime(),
                  scenario.version(),
                  trajectory.residentPages(),
                  counted.predicted(),
                  -1,
                  Comparison.MODELLED,
                  mark.equals(trajectory.end()) && !counted.ofSleeper() ? parts : List.of()));
        }
      }
    }
  }

  /** Adds a case that was measured too. */
  public void compared(
      Scenario scenario,
      RuntimeModelProvider provider,
      Trajectory trajectory,
      List<Comparison> compared) {
    remember(scenario, provider, trajectory);
    comparisons.addAll(compared);
  }

  /**
   * Adds what a case's snapshot costs, if it takes one.
   *
   * @param measured what it really cost, or {@link SnapshotCost.Cost#NOT_MEASURED}
   */
  public void snapshot(
      Scenario scenario,
      RuntimeModelProvider provider,
      Trajectory trajectory,
      SnapshotCost.Cost measured) {
    if (CountedPages.isSnapshot(scenario, provider)) {
      ForkPause pause = ForkPause.of(trajectory.parent(), host);
      Totals totals = new TrajectoryParts(trajectory).totals(pause);
      versions.put(FORK_COSTS, pause.costs().host());
      snapshots.add(
          new SnapshotCost(
              scenario.name(),
              scenario.runtime(),
              scenario.version(),
              scenario.requests().count(),
              provider.server().map(s -> s.requestsPerSecond(scenario)).orElse(0L),
              new SnapshotCost.Cost(
                  totals.sleeperPages(), totals.peakPhysicalPages(), totals.forkPauseNanos()),
              measured));
    }
  }

  /** Adds predictions of a case that stands in the set already, made with a run's own addresses. */
  public void observed(List<Comparison> compared) {
    comparisons.addAll(compared);
  }

  /** Adds what mitigations would change in a case, ranked. */
  public void mitigated(List<MitigationEffect> effects) {
    mitigations.addAll(effects);
  }

  /** Adds a line to the provenance. */
  public void note(String line) {
    notes.add(line);
  }

  /** Notes a version that the numbers rest on. */
  public void version(String of, String version) {
    versions.put(of, version);
  }

  /** A case's name at one mark: its own name where it is counted once. */
  public static String nameAt(Scenario scenario, Mark mark) {
    return scenario.requests().marks().size() == 1
        ? scenario.name()
        : scenario.name() + " @" + mark.epoch();
  }

  /**
   * The verdict; asked for once.
   *
   * @throws IllegalStateException if no case was added
   */
  public Verdict verdict() {
    Trajectory trajectory = first;
    Scenario scenario = firstScenario;
    if (trajectory == null || scenario == null) {
      throw new IllegalStateException("a verdict needs at least one case");
    }
    TrajectoryParts parts = new TrajectoryParts(trajectory);
    boolean several =
        comparisons.stream().map(Comparison::name).distinct().count()
            > trajectory.marks().size() - 1;
    ForkPause pause = ForkPause.of(trajectory.parent(), host);
    Totals totals = parts.totals(pause);
    versions.putIfAbsent(FORK_COSTS, pause.costs().host());
    String fidelity = Fidelity.MODELLED.name().toLowerCase(Locale.ROOT);
    String shown = scenario.name() + " on " + scenario.runtime() + " " + scenario.version();
    return new Verdict(
        several ? comparisons.size() + " predictions; the pages shown are of " + shown : shown,
        findings(
            new CaseFindings(
                comparisons,
                scenario,
                totals,
                pause.costs(),
                parts.causes(),
                several,
                trajectory.memory())),
        totals,
        parts.processes(),
        parts.regions(fidelity),
        parts.causes(),
        parts.curve(),
        parts.pageMap(),
        comparisons,
        snapshots,
        mitigations,
        new Provenance(
            inputName,
            HexFormat.of().formatHex(hash.digest()),
            scenario.seed(),
            versions,
            fidelity,
            List.copyOf(assumptions),
            notes));
  }

  private List<Finding> findings(CaseFindings cases) {
    List<Finding> findings = new ArrayList<>(new MitigationFindings(mitigations).list());
    boolean answered = !findings.isEmpty();
    for (Finding finding : cases.list()) {
      boolean second = answered && finding.basis() == Basis.MODELLED;
      findings.add(
          second ? new Finding(Finding.Level.NOTE, finding.text(), finding.basis()) : finding);
    }
    return findings;
  }

  private void remember(Scenario scenario, RuntimeModelProvider provider, Trajectory trajectory) {
    hash.update(scenario.toString().getBytes(StandardCharsets.UTF_8));
    provider.assumptions().stream().map(Assumption::text).forEach(assumptions::add);
    versions.put("model " + provider.id(), scenario.version());
    if (first == null) {
      first = trajectory;
      firstScenario = scenario;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
