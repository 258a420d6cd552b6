package io.forkscope.core.verdict;

import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.model.ActivityModel;
import io.forkscope.core.model.Assumption;
import io.forkscope.core.placement.PlacedActivity;
import io.forkscope.core.placement.PlacedRegion;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.simulation.Trajectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Makes a verdict of a recording that was placed and simulated. */
public final class RecordedVerdict {

  private static final double PAGES_PER_MIB = 256;

  private final Recording recording;
  private final PlacedActivity activity;
  private final ActivityModel model;
  private final TrajectoryParts parts;
  private final Totals totals;
  private final long seed;
  private final Map<String, String> versions;

  private RecordedVerdict(
      Recording recording,
      PlacedActivity activity,
      ActivityModel model,
      Trajectory trajectory,
      long seed,
      Map<String, String> versions) {
    this.recording = recording;
    this.activity = activity;
    this.model = model;
    this.parts = new TrajectoryParts(trajectory);
    // the recording may be of another host than this one
    this.totals = parts.totals(ForkPause.of(trajectory.parent(), HostCosts.PUBLISHED));
    this.seed = seed;
    this.versions = new TreeMap<>(versions);
    this.versions.putAll(activity.versions());
  }

  /**
   * The verdict.
   *
   * @param seed that the simulation was run with
   * @param versions of Forkscope and whatever else the numbers rest on, by name
   */
  public static Verdict of(
      Recording recording,
      PlacedActivity activity,
      ActivityModel model,
      Trajectory trajectory,
      long seed,
      Map<String, String> versions) {
    return new RecordedVerdict(recording, activity, model, trajectory, seed, versions).verdict();
  }

  private Verdict verdict() {
    List<CauseLoss> causes = parts.causes();
    return new Verdict(
        fileName() + ", forked at " + activity.fork().text(),
        findings(causes),
        totals,
        parts.processes(),
        regions(),
        causes,
        parts.curve(),
        ObjectKinds.of(activity.actions()).on(parts.pageMap()),
        List.of(),
        provenance());
  }

  private String fileName() {
    return String.valueOf(recording.path().getFileName());
  }

  private List<RegionLoss> regions() {
    Map<Long, String> fidelity = new TreeMap<>();
    for (PlacedRegion placed : activity.regions()) {
      String word =
          placed.activityKnown()
              ? activity.kind().weaker(placed.residentKind()).word()
              : "not modelled yet";
      fidelity.put(placed.region().address(), word);
    }
    return parts.regions("").stream()
        .filter(RecordedVerdict::hasPages)
        .map(
            r ->
                new RegionLoss(
                    r.name(),
                    r.kind(),
                    r.address(),
                    r.bytes(),
                    r.residentPages(),
                    r.brokenPages(),
                    r.grownPages(),
                    fidelity.getOrDefault(r.address(), "")))
        .toList();
  }

  /** Mappings without a private page, such as program text, have nothing to lose. */
  private static boolean hasPages(RegionLoss region) {
    return region.residentPages() + region.grownPages() > 0;
  }

  private List<Finding> findings(List<CauseLoss> causes) {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(Finding.Level.HEADLINE, headline(), Basis.MODELLED));
    if (!causes.isEmpty() && causes.get(0).brokeFirst() > 0) {
      CauseLoss top = causes.get(0);
      findings.add(
          new Finding(
              Finding.Level.NOTE,
              text(
                  "%s broke %.1f MiB first; without it other causes would break %.1f MiB of them. %s",
                  top.id(),
                  top.brokeFirst() / PAGES_PER_MIB,
                  (top.brokeFirst() - top.onlyToucher()) / PAGES_PER_MIB,
                  top.explanation()),
              Basis.MODELLED));
    }
    findings.add(
        new Finding(
            Finding.Level.NOTE,
            text(
                "Collections of the %s collector after the fork point: %d.",
                activity.collector(), activity.collectionNanos().size()),
            Basis.MEASURED));
    for (String limit : model.limits()) {
      findings.add(new Finding(Finding.Level.CAUTION, limit, Basis.ASSUMED));
    }
    for (String note : activity.notes()) {
      findings.add(new Finding(Finding.Level.CAUTION, note, Basis.ASSUMED));
    }
    return findings;
  }

  private String headline() {
    boolean heapIsShared =
        activity.regions().stream().anyMatch(r -> r.activityKnown() && r.region().shared());
    if (heapIsShared) {
      return text(
          "The Java heap of %s is shared memory: a fork does not separate it, so clones would write"
              + " into one another's heap. Nothing of it can be lost, and nothing of it is safe.",
          activity.collector());
    }
    double seconds = (activity.endNanos() - activity.fork().nanos()) / 1e9;
    return text(
        "Within %.1f s of the fork each clone loses %.1f of the %.1f MiB it shares (%.0f %%) to"
            + " writes in the Java heap, and grows by %.1f MiB; placement is %s.",
        seconds,
        totals.brokenPages() / PAGES_PER_MIB,
        totals.sharablePages() / PAGES_PER_MIB,
        100 * totals.lostRatio(),
        totals.grownPages() / PAGES_PER_MIB,
        activity.kind().word());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private Provenance provenance() {
    List<String> assumptions = new ArrayList<>(activity.assumptions());
    model.assumptions().stream().map(Assumption::text).forEach(assumptions::add);
    List<String> notes = new ArrayList<>(recording.notes());
    notes.addAll(activity.notes());
    notes.addAll(model.limits());
    long ignored = recording.ignored().values().stream().mapToLong(Long::longValue).sum();
    notes.add(
        text(
            "%d events of %d types are of no use to the analysis and were ignored.",
            ignored, recording.ignored().size()));
    if (activity.actions().outsideBytes() > 0) {
      notes.add(
          text(
              "Writes of %d bytes fell outside the recorded regions and were left out.",
              activity.actions().outsideBytes()));
    }
    return new Provenance(
        recording.path().toString(),
        recording.sha256(),
        seed,
        versions,
        activity.kind().word(),
        assumptions,
        notes);
  }
}
