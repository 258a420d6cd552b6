package io.forkscope.reports.text;

import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.ProcessUsage;
import io.forkscope.core.verdict.Provenance;
import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.core.verdict.SnapshotCost;
import io.forkscope.core.verdict.Totals;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.ReportOptions;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.SnapshotWords;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/** Writes the verdict in words, then a table for each part that has something to show. */
public final class TextReport {

  private static final int BAR_COLUMNS = 10;

  private final TextPage page;

  private TextReport(TextPage page) {
    this.page = page;
  }

  /**
   * Writes a verdict; does not close the writer.
   *
   * @throws IOException if the writer refuses
   */
  public static void write(Verdict verdict, ReportOptions options, Writer out) throws IOException {
    TextReport report = new TextReport(new TextPage(options, out));
    report.words(verdict);
    new MitigationsText(report.page).write(verdict.mitigations());
    report.totals(verdict.totals());
    report.causes(verdict.causes(), verdict.totals().sharablePages());
    report.regions(verdict.regions());
    report.curve(verdict.curve());
    report.processes(verdict.processes());
    report.comparisons(verdict.comparisons());
    report.snapshots(verdict.snapshots());
    report.provenance(verdict.provenance());
  }

  private void words(Verdict verdict) throws IOException {
    page.title(verdict.title());
    for (Finding finding : verdict.findings()) {
      String basis = " (" + finding.basis().name().toLowerCase(Locale.ROOT) + ")";
      switch (finding.level()) {
        case HEADLINE -> page.headline(finding.text() + basis);
        case NOTE -> page.item("- ", finding.text() + basis);
        case CAUTION -> page.caution("! ", finding.text() + basis);
      }
    }
  }

  private void totals(Totals t) throws IOException {
    if (t.residentPages() == 0) {
      return;
    }
    TextTable table = new TextTable("one child, mean of " + t.children(), "pages", "MiB");
    amount(table, "resident at the fork", t.residentPages());
    amount(table, "of those sharable", t.sharablePages());
    amount(table, "lost to fork itself", t.forkPages());
    amount(table, "lost to what ran after it", t.brokenPages());
    amount(table, "new since the fork", t.grownPages());
    amount(table, "given back since the fork", t.droppedPages());
    amount(table, "all processes together, at the end", t.physicalPages());
    amount(table, "all processes together, at the peak", t.peakPhysicalPages());
    page.table("Totals", table);
    page.line(
        Amounts.percentage(t.lostRatio())
            + " of the sharable pages lost; "
            + Amounts.count(t.faults())
            + " write faults, "
            + Amounts.count(t.copies())
            + " of them copies.");
  }

  private static void amount(TextTable table, String what, long pages) {
    table.row(what, Amounts.count(pages), Amounts.mebibyteNumber(pages));
  }

  private void causes(List<CauseLoss> causes, long sharablePages) throws IOException {
    TextTable table =
        new TextTable("cause, in pages", "broke first", "only toucher", "shared blame", "share");
    for (CauseLoss c : causes) {
      table.row(
          c.id(),
          Amounts.count(c.brokeFirst()),
          Amounts.count(c.onlyToucher()),
          Amounts.count(c.sharedBlame()),
          Amounts.percentage(c.brokeFirst(), sharablePages));
    }
    page.table("Causes", table);
    if (!table.isEmpty()) {
      page.line(
          "Broke first: wrote the page before any other cause. Only toucher: pages that would have"
              + " stayed shared without this cause alone. Shared blame: pages that another cause"
              + " wrote too.");
    }
  }

  private void regions(List<RegionLoss> regions) throws IOException {
    TextTable table = new TextTable("region", "resident MiB", "lost MiB", "new MiB", "lost", "");
    for (RegionLoss r : regions) {
      table.row(
          r.name() + " (" + r.kind() + ", " + r.fidelity() + ")",
          Amounts.mebibyteNumber(r.residentPages()),
          Amounts.mebibyteNumber(r.brokenPages()),
          Amounts.mebibyteNumber(r.grownPages()),
          Amounts.percentage(r.brokenPages(), r.residentPages()),
          bar(r.brokenPages(), r.residentPages()));
    }
    page.table("Regions", table);
  }

  private static String bar(long part, long whole) {
    long filled =
        whole == 0 ? 0 : Math.min(BAR_COLUMNS, Math.round(BAR_COLUMNS * (double) part / whole));
    return "#".repeat((int) filled) + ".".repeat(BAR_COLUMNS - (int) filled);
  }

  private void curve(ErosionCurve curve) throws IOException {
    if (curve.epochs().size() < 2) {
      return;
    }
    boolean measured = !curve.measured().isEmpty();
    TextTable table =
        measured
            ? new TextTable(curve.epochLabel(), "predicted pages", "measured pages", "lost MiB")
            : new TextTable(curve.epochLabel(), "predicted pages", "lost MiB");
    for (int i = 0; i < curve.epochs().size(); i++) {
      long lost = 0;
      for (ErosionCurve.Series series : curve.series()) {
        lost += series.pages().get(i);
      }
      String epoch = Amounts.count(curve.epochs().get(i));
      String lostMib = Amounts.mebibyteNumber(lost);
      if (measured) {
        table.row(epoch, Amounts.count(lost), Amounts.count(curve.measured().get(i)), lostMib);
      } else {
        table.row(epoch, Amounts.count(lost), lostMib);
      }
    }
    page.table("Erosion", table);
  }

  private void processes(List<ProcessUsage> processes) throws IOException {
    TextTable table =
        new TextTable("process", "RSS MiB", "PSS MiB", "USS MiB", "tables KiB", "faults", "copies");
    for (ProcessUsage p : processes) {
      table.row(
          p.name(),
          Amounts.mebibyteNumberOfBytes(p.rssBytes()),
          Amounts.mebibyteNumberOfBytes(p.pssBytes()),
          Amounts.mebibyteNumberOfBytes(p.ussBytes()),
          Amounts.count(p.pageTableBytes() / 1024),
          Amounts.count(p.faults()),
          Amounts.count(p.copies()));
    }
    page.table("Processes", table);
  }

  private void comparisons(List<Comparison> comparisons) throws IOException {
    TextTable table =
        new TextTable("case, in pages", "runtime", "resident", "predicted", "measured", "error");
    for (Comparison c : comparisons) {
      table.row(
          c.name() + (c.placement().equals("modelled") ? "" : " (" + c.placement() + ")"),
          c.runtime() + " " + c.version(),
          Amounts.count(c.residentPages()),
          Amounts.count(c.predicted()),
          c.measured().map(Amounts::count).orElse("-"),
          c.errorRatio().map(Amounts::percentage).orElse("-"));
    }
    page.table("Predicted against measured", table);
  }

  private void snapshots(List<SnapshotCost> snapshots) throws IOException {
    TextTable table =
        new TextTable(
            "snapshot", "requests meanwhile", "COW size MiB", "peak MiB", "fork pause ms");
    for (SnapshotCost s : snapshots) {
      table.row(
          s.caseName(),
          SnapshotWords.load(s),
          SnapshotWords.cow(s),
          SnapshotWords.peak(s),
          SnapshotWords.pause(s));
    }
    page.table("Snapshots", table);
    if (!table.isEmpty()) {
      page.line(SnapshotWords.LEAD);
    }
  }

  private void provenance(Provenance p) throws IOException {
    page.heading("Where the numbers come from");
    page.item("- ", "input " + p.inputName() + ", SHA-256 " + p.inputSha256());
    page.item("- ", "seed " + p.seed() + ", placement " + p.fidelity());
    if (!p.versions().isEmpty()) {
      StringBuilder versions = new StringBuilder();
      p.versions()
          .forEach(
              (name, version) -> versions.append(name).append(' ').append(version).append(", "));
      page.item("- ", versions.substring(0, versions.length() - 2));
    }
    for (String assumption : p.assumptions()) {
      page.item("- ", assumption);
    }
    for (String note : p.notes()) {
      page.item("- ", note);
    }
  }
}
