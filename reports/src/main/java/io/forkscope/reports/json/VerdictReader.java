package io.forkscope.reports.json;

import io.forkscope.core.verdict.Basis;
import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.PageMap;
import io.forkscope.core.verdict.ProcessUsage;
import io.forkscope.core.verdict.Provenance;
import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.core.verdict.Totals;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.ReportException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads what {@link VerdictWriter} wrote. Keys that this version does not know are left out and
 * named in the provenance's notes, since a later Forkscope may add keys without changing the schema
 * version; a missing or contradictory value is an error.
 */
public final class VerdictReader {

  /** More pages than this (4 EiB of them) cannot have been mapped by anything. */
  private static final long MAX_PAGES = 1L << 50;

  private static final long PAGE_BYTES = 4096;

  private VerdictReader() {}

  /**
   * Reads a verdict.
   *
   * @throws ReportException in one line, with file, place and reason
   * @throws IOException if the file cannot be opened or read
   */
  public static Verdict read(Path file) throws IOException, ReportException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(file.toString(), in);
    }
  }

  static Verdict read(String file, InputStream in) throws IOException, ReportException {
    Object root = JsonValues.read(file, in);
    SortedSet<String> unknown = new TreeSet<>();
    if (!(root instanceof java.util.Map<?, ?> map)
        || !VerdictWriter.SCHEMA_NAME.equals(map.get("schema"))) {
      throw new ReportException(
          file, "", "is not a verdict (no \"schema\": \"" + VerdictWriter.SCHEMA_NAME + "\")");
    }
    if (!Long.valueOf(Verdict.SCHEMA).equals(map.get("schemaVersion"))) {
      throw new ReportException(
          file,
          "schemaVersion",
          map.get("schemaVersion") instanceof Long other
              ? "is " + other + "; this Forkscope reads version " + Verdict.SCHEMA
              : "is missing or not a whole number");
    }
    Fields fields = Fields.of(file, "", root, unknown);
    Verdict verdict = fields.root(VerdictReader::verdict);
    checkPageMap(file, verdict);
    return unknown.isEmpty() ? verdict : withNote(verdict, unknown);
  }

  private static Verdict verdict(Fields f) throws ReportException {
    f.derived("schema");
    f.derived("schemaVersion");
    return new Verdict(
        f.text("title"),
        f.objects("findings", VerdictReader::finding),
        f.object("totals", VerdictReader::totals),
        f.objects("processes", VerdictReader::process),
        f.objects("regions", VerdictReader::region),
        f.objects("causes", VerdictReader::cause),
        f.object("curve", VerdictReader::curve),
        f.object("pageMap", VerdictReader::pageMap),
        f.objects("cases", VerdictReader::comparison),
        f.objectsIfThere("snapshots", SnapshotJson::read),
        f.objectsIfThere("mitigations", MitigationJson::read),
        f.object("provenance", VerdictReader::provenance));
  }

  private static Finding finding(Fields f) throws ReportException {
    return new Finding(
        f.constant("level", Finding.Level.class), f.text("text"), f.constant("basis", Basis.class));
  }

  private static Totals totals(Fields f) throws ReportException {
    f.derived("lostRatio");
    return new Totals(
        f.count("children"),
        f.count("residentPages"),
        f.count("sharablePages"),
        f.count("forkPages"),
        f.count("brokenPages"),
        f.count("grownPages"),
        f.count("droppedPages"),
        f.count("physicalPages"),
        f.count("peakPhysicalPages"),
        f.count("sleeperPages"),
        f.count("forkPauseNanos"),
        f.count("faults"),
        f.count("copies"));
  }

  private static ProcessUsage process(Fields f) throws ReportException {
    return new ProcessUsage(
        f.text("name"),
        f.count("rssBytes"),
        f.count("pssBytes"),
        f.count("ussBytes"),
        f.count("pageTableBytes"),
        f.count("faults"),
        f.count("copies"));
  }

  private static RegionLoss region(Fields f) throws ReportException {
    return new RegionLoss(
        f.text("name"),
        f.text("kind"),
        f.address("address"),
        f.count("bytes"),
        f.count("residentPages"),
        f.count("brokenPages"),
        f.count("grownPages"),
        f.text("fidelity"));
  }

  private static CauseLoss cause(Fields f) throws ReportException {
    return new CauseLoss(
        f.text("id"),
        f.text("kind"),
        f.text("explanation"),
        f.text("source"),
        f.count("brokeFirst"),
        f.count("onlyToucher"),
        f.count("sharedBlame"),
        f.count("writtenBytes"),
        f.ratio("collateralRatio"));
  }

  private static ErosionCurve curve(Fields f) throws ReportException {
    return new ErosionCurve(
        f.text("epochLabel"),
        f.counts("epochs"),
        f.objects("series", VerdictReader::series),
        f.counts("measured"));
  }

  private static ErosionCurve.Series series(Fields f) throws ReportException {
    return new ErosionCurve.Series(f.text("causeId"), f.counts("pages"));
  }

  private static PageMap pageMap(Fields f) throws ReportException {
    List<PageMap.Run> runs = new ArrayList<>();
    for (Object run : f.list("runs")) {
      runs.add((PageMap.Run) run);
    }
    return new PageMap(f.texts("regionNames"), f.texts("causeIds"), f.texts("objectKinds"), runs);
  }

  private static Comparison comparison(Fields f) throws ReportException {
    f.derived("error");
    List<Comparison.Part> parts = new ArrayList<>();
    parts.addAll(f.objects("byCause", part -> part(Comparison.By.CAUSE, part)));
    parts.addAll(f.objects("byRegion", part -> part(Comparison.By.REGION, part)));
    return new Comparison(
        f.text("name"),
        f.text("runtime"),
        f.text("version"),
        f.count("resident"),
        f.count("predicted"),
        f.countOrNull("measured"),
        f.text("placement"),
        parts);
  }

  private static Comparison.Part part(Comparison.By by, Fields f) throws ReportException {
    return new Comparison.Part(by, f.text("name"), f.count("predicted"), f.countOrNull("measured"));
  }

  private static Provenance provenance(Fields f) throws ReportException {
    return new Provenance(
        f.text("inputName"),
        f.text("inputSha256"),
        f.integer("seed"),
        f.textMap("versions"),
        f.text("fidelity"),
        f.texts("assumptions"),
        f.texts("notes"));
  }

  private static void checkPageMap(String file, Verdict verdict) throws ReportException {
    PageMap map = verdict.pageMap();
    long end = 0;
    for (int i = 0; i < map.runs().size(); i++) {
      PageMap.Run run = map.runs().get(i);
      String wrong = wrong(run, end, verdict);
      if (!wrong.isEmpty()) {
        throw new ReportException(file, "pageMap.runs[" + i + "]", wrong);
      }
      end = run.address() + run.pages() * PAGE_BYTES;
    }
  }

  private static String wrong(PageMap.Run run, long endOfLast, Verdict verdict) {
    PageMap map = verdict.pageMap();
    if (run.pages() < 1 || run.pages() > MAX_PAGES) {
      return "cannot have " + run.pages() + " pages";
    }
    if (run.address() % PAGE_BYTES != 0 || run.address() < endOfLast) {
      return "begins inside a page or before the end of the run before it";
    }
    if (run.region() < 0 || run.region() >= map.regionNames().size()) {
      return "names region " + run.region() + " of " + map.regionNames().size();
    }
    if (run.cause() >= map.causeIds().size()) {
      return "names cause " + run.cause() + " of " + map.causeIds().size();
    }
    if (run.epoch() >= verdict.curve().epochs().size()) {
      return "names epoch " + run.epoch() + " of " + verdict.curve().epochs().size();
    }
    if (run.objectKind() < 0 || run.objectKind() >= map.objectKinds().size()) {
      return "names object kind " + run.objectKind() + " of " + map.objectKinds().size();
    }
    return "";
  }

  private static Verdict withNote(Verdict v, SortedSet<String> unknown) {
    Provenance p = v.provenance();
    List<String> notes = new ArrayList<>(p.notes());
    notes.add("Keys unknown to this Forkscope were left out: " + String.join(", ", unknown) + ".");
    return new Verdict(
        v.title(),
        v.findings(),
        v.totals(),
        v.processes(),
        v.regions(),
        v.causes(),
        v.curve(),
        v.pageMap(),
        v.comparisons(),
        v.snapshots(),
        v.mitigations(),
        new Provenance(
            p.inputName(),
            p.inputSha256(),
            p.seed(),
            p.versions(),
            p.fidelity(),
            p.assumptions(),
            notes));
  }
}
