package io.forkscope.reports.csv;

import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.core.verdict.MitigationEffect;
import io.forkscope.core.verdict.ProcessUsage;
import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.core.verdict.SnapshotCost;
import io.forkscope.core.verdict.Totals;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.internal.Amounts;
import java.io.IOException;
import java.io.Writer;

/**
 * Writes one table in the long ("tidy") form, a number a row: {@code
 * table,subject,detail,epoch,measure,unit,value}. RFC 4180: CRLF, quotes doubled. Text that a
 * spreadsheet would take for a formula gets an apostrophe before it.
 */
public final class CsvReport {

  private final CsvRows rows;

  private CsvReport(CsvRows rows) {
    this.rows = rows;
  }

  /**
   * Writes a verdict; does not close the writer.
   *
   * @throws IOException if the writer refuses
   */
  public static void write(Verdict verdict, Writer out) throws IOException {
    CsvRows rows = new CsvRows(out);
    CsvReport report = new CsvReport(rows);
    rows.header();
    report.totals(verdict.title(), verdict.totals());
    for (ProcessUsage process : verdict.processes()) {
      report.process(process);
    }
    for (RegionLoss region : verdict.regions()) {
      report.region(region);
    }
    for (CauseLoss cause : verdict.causes()) {
      report.cause(cause);
    }
    report.curve(verdict.curve());
    for (Comparison comparison : verdict.comparisons()) {
      report.comparison(comparison);
    }
    for (SnapshotCost snapshot : verdict.snapshots()) {
      report.snapshot(snapshot);
    }
    for (MitigationEffect effect : verdict.mitigations()) {
      report.mitigation(effect);
    }
  }

  private void totals(String title, Totals t) throws IOException {
    rows.subject("totals", title, "");
    rows.count("children", "processes", t.children());
    rows.pages("resident", t.residentPages());
    rows.pages("sharable", t.sharablePages());
    rows.pages("broken by fork", t.forkPages());
    rows.pages("broken", t.brokenPages());
    rows.pages("grown", t.grownPages());
    rows.pages("dropped", t.droppedPages());
    rows.pages("physical", t.physicalPages());
    rows.pages("peak physical", t.peakPhysicalPages());
    rows.pages("sleeping child's own", t.sleeperPages());
    rows.count("fork pause", "nanoseconds", t.forkPauseNanos());
    rows.count("faults", "faults", t.faults());
    rows.count("copies", "copies", t.copies());
    rows.ratio("lost", t.lostRatio());
  }

  private void process(ProcessUsage p) throws IOException {
    rows.subject("process", p.name(), "");
    rows.count("rss", "bytes", p.rssBytes());
    rows.count("pss", "bytes", p.pssBytes());
    rows.count("uss", "bytes", p.ussBytes());
    rows.count("page tables", "bytes", p.pageTableBytes());
    rows.count("faults", "faults", p.faults());
    rows.count("copies", "copies", p.copies());
  }

  private void region(RegionLoss r) throws IOException {
    rows.subject("region", r.name(), Amounts.address(r.address()) + " " + r.kind());
    rows.count("length", "bytes", r.bytes());
    rows.pages("resident", r.residentPages());
    rows.pages("broken", r.brokenPages());
    rows.pages("grown", r.grownPages());
  }

  private void cause(CauseLoss c) throws IOException {
    rows.subject("cause", c.id(), c.kind());
    rows.pages("broke first", c.brokeFirst());
    rows.pages("only toucher", c.onlyToucher());
    rows.pages("shared blame", c.sharedBlame());
    rows.count("written", "bytes", c.writtenBytes());
    rows.ratio("collateral", c.collateralRatio());
  }

  private void curve(ErosionCurve curve) throws IOException {
    for (ErosionCurve.Series series : curve.series()) {
      rows.subject("curve", series.causeId(), curve.epochLabel());
      for (int i = 0; i < curve.epochs().size(); i++) {
        rows.pagesAt(curve.epochs().get(i), "broke first", series.pages().get(i));
      }
    }
    rows.subject("curve", "all causes", curve.epochLabel());
    for (int i = 0; i < curve.measured().size(); i++) {
      rows.pagesAt(curve.epochs().get(i), "measured", curve.measured().get(i));
    }
  }

  private void snapshot(SnapshotCost s) throws IOException {
    rows.subject("snapshot", s.caseName(), s.runtime() + " " + s.version());
    rows.count("meanwhile", "requests", s.requests());
    if (s.requestsPerSecond() > 0) {
      rows.count("rate", "requests a second", s.requestsPerSecond());
    }
    cost("predicted", s.predicted());
    if (s.measured().isPresent()) {
      cost("measured", s.measured().get());
    }
  }

  private void cost(String how, SnapshotCost.Cost c) throws IOException {
    rows.pages(how + " COW size", c.cowPages());
    rows.pages(how + " peak", c.peakPages());
    rows.count(how + " fork pause", "nanoseconds", c.forkPauseNanos());
  }

  private void mitigation(MitigationEffect e) throws IOException {
    String on = e.caseName() + " on " + e.runtime() + " " + e.version();
    rows.subject(e.whatIf() ? "what-if" : "mitigation", e.name(), on);
    if (!e.refusal().isEmpty()) {
      return; // the model has no number for it
    }
    change("predicted", e.predicted());
    if (e.measured().isPresent()) {
      change("measured", e.measured().get());
    }
  }

  private void change(String how, MitigationEffect.Change c) throws IOException {
    rows.pages(how + " lost without", c.lostWithoutPages());
    rows.pages(how + " lost with", c.lostPages());
    rows.pages(how + " given back", c.givenBackPages());
    rows.pages(how + " family given back", c.familyGivenBackPages());
  }

  private void comparison(Comparison c) throws IOException {
    String runtime = c.runtime() + " " + c.version() + ", placement " + c.placement();
    rows.subject("case", c.name(), runtime);
    rows.pages("resident", c.residentPages());
    rows.pages("predicted", c.predicted());
    if (c.measured().isPresent()) {
      rows.pages("measured", c.measured().get());
    }
    if (c.errorRatio().isPresent()) {
      rows.ratio("error", c.errorRatio().get());
    }
    for (Comparison.Part part : c.parts()) {
      String table = part.by() == Comparison.By.CAUSE ? "case by cause" : "case by region";
      rows.subject(table, c.name(), part.name());
      rows.pages("predicted", part.predicted());
      if (part.measuredPages() >= 0) {
        rows.pages("measured", part.measuredPages());
      }
    }
  }
}
