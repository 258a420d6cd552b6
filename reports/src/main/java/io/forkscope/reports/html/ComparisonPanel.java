package io.forkscope.reports.html;

import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.SnapshotCost;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.SnapshotWords;
import io.forkscope.reports.internal.VisibleText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Predictions beside the kernel's own counts. */
public final class ComparisonPanel implements Panel {

  private static final int MAX_ROWS = 500;

  /** Errors are drawn on a strip from minus to plus this ratio; greater ones sit at its end. */
  private static final double STRIP_RATIO = 0.10;

  private static final double GOAL_RATIO = 0.05;

  @Override
  public String id() {
    return "comparison";
  }

  @Override
  public String title() {
    return "Predicted against measured";
  }

  @Override
  public String template() {
    return "panels/comparison.jte";
  }

  @Override
  public Object view(PanelContext context) {
    List<Comparison> all = context.verdict().comparisons();
    List<Comparison> measured = all.stream().filter(c -> c.measured().isPresent()).toList();
    return new View(
        summary(all.size(), measured.size(), ErrorSummary.of(all)),
        ScatterPlot.of(measured),
        all.stream().limit(MAX_ROWS).map(ComparisonPanel::row).toList(),
        Math.max(0, all.size() - MAX_ROWS),
        measured.isEmpty(),
        context.verdict().snapshots().stream()
            .limit(MAX_ROWS)
            .map(ComparisonPanel::snapshot)
            .toList(),
        SnapshotWords.LEAD);
  }

  private static Snapshot snapshot(SnapshotCost s) {
    return new Snapshot(
        VisibleText.of(s.caseName()),
        SnapshotWords.load(s),
        SnapshotWords.cow(s),
        SnapshotWords.peak(s),
        SnapshotWords.pause(s));
  }

  private static String summary(int cases, int measured, Optional<ErrorSummary> errors) {
    if (errors.isEmpty()) {
      return Amounts.count(cases)
          + (cases == 1 ? " case was" : " cases were")
          + " predicted; none was measured.";
    }
    ErrorSummary e = errors.get();
    String text =
        String.format(
            Locale.ROOT,
            "%d of %d cases were measured. Over the %d judged by ratio, the median error is %s, the"
                + " 95th percentile %s, the worst %s.",
            measured,
            cases,
            e.cases(),
            Amounts.percentage(e.median()),
            Amounts.percentage(e.percentile95()),
            Amounts.percentage(e.worst()));
    return e.smallCases() == 0
        ? text
        : text
            + " "
            + e.smallCases()
            + (e.smallCases() == 1 ? " case" : " cases")
            + " with fewer than "
            + ErrorSummary.MIN_PAGES
            + " measured pages differ by at most "
            + Amounts.pages(e.smallWorstPages())
            + ".";
  }

  private static Row row(Comparison c) {
    double signed =
        c.measured().isEmpty()
            ? 0
            : (c.predicted() - c.measuredPages()) / (double) Math.max(1, c.measuredPages());
    double clipped = Math.max(-STRIP_RATIO, Math.min(STRIP_RATIO, signed));
    return new Row(
        VisibleText.of(c.name()),
        VisibleText.of(c.runtime()) + " " + VisibleText.of(c.version()),
        VisibleText.of(c.placement()),
        c.residentPages(),
        Amounts.count(c.residentPages()),
        c.predicted(),
        Amounts.count(c.predicted()),
        c.measuredPages(),
        c.measured().map(Amounts::count).orElse("not measured"),
        c.errorRatio().orElse(-1.0).toString(),
        c.measured().isEmpty() ? "–" : signed(signed),
        c.measured().isPresent(),
        Math.abs(signed) <= GOAL_RATIO ? "near" : "far",
        Bars.attribute(Bars.WIDTH / 2.0 * (1 + clipped / STRIP_RATIO)),
        c.parts().stream().map(ComparisonPanel::part).toList());
  }

  private static String signed(double ratio) {
    String text = String.format(Locale.ROOT, "%+.1f %%", 100 * ratio);
    return text.substring(1).equals("0.0 %") ? "0.0 %" : text.replace('-', '−');
  }

  private static Part part(Comparison.Part p) {
    return new Part(
        p.by().name().toLowerCase(Locale.ROOT),
        VisibleText.of(p.name()),
        Amounts.pages(p.predicted()),
        p.measuredPages() < 0 ? "" : Amounts.pages(p.measuredPages()));
  }

  /**
   * What the template shows.
   *
   * @param summary in words
   * @param plot a point a measured case
   * @param rows in the verdict's order; may be empty
   * @param moreRows cases left out of the table
   * @param unmeasured whether nothing was measured
   * @param snapshots a row each; mostly empty
   * @param ofSnapshots what their numbers mean
   */
  public record View(
      String summary,
      ScatterPlot plot,
      List<Row> rows,
      int moreRows,
      boolean unmeasured,
      List<Snapshot> snapshots,
      String ofSnapshots) {}

  /**
   * A snapshot by fork: the model's number, and the measured one behind a slash.
   *
   * @param name of the case
   * @param load requests while the child saves
   * @param cow size in MiB
   * @param peak in MiB
   * @param pause in milliseconds
   */
  public record Snapshot(String name, String load, String cow, String peak, String pause) {}

  /**
   * A case.
   *
   * @param name of it
   * @param runtime with its version
   * @param placement modelled or observed
   * @param residentPages to sort by
   * @param resident pages
   * @param predictedPages to sort by
   * @param predicted pages
   * @param measuredPages to sort by
   * @param measured pages, or that there are none
   * @param errorRatio to sort by
   * @param error signed
   * @param isMeasured whether there is an error
   * @param verdict near or far from the truth
   * @param position of the error on its strip
   * @param parts by region or cause
   */
  public record Row(
      String name,
      String runtime,
      String placement,
      long residentPages,
      String resident,
      long predictedPages,
      String predicted,
      long measuredPages,
      String measured,
      String errorRatio,
      String error,
      boolean isMeasured,
      String verdict,
      String position,
      List<Part> parts) {}

  /**
   * A part of a case.
   *
   * @param by region or cause
   * @param name of the part
   * @param predicted pages with unit
   * @param measured pages with unit, or empty
   */
  public record Part(String by, String name, String predicted, String measured) {}
}
