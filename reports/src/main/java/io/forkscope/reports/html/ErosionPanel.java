package io.forkscope.reports.html;

import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;

/** Sharing lost over epochs, stacked by cause, with the kernel's points where there are any. */
public final class ErosionPanel implements Panel {

  private static final int MAX_ROWS = 25;

  @Override
  public String id() {
    return "erosion";
  }

  @Override
  public String title() {
    return "Erosion over time";
  }

  @Override
  public String template() {
    return "panels/erosion.jte";
  }

  @Override
  public Object view(PanelContext context) {
    ErosionCurve curve = context.verdict().curve();
    int points = curve.epochs().size();
    boolean drawn = points >= 2 && !curve.series().isEmpty();
    return new View(
        drawn,
        VisibleText.of(curve.epochLabel()),
        drawn ? summary(curve) : "",
        curve.series().stream()
            .map(
                s ->
                    new Series(
                        VisibleText.of(s.causeId()), context.palette().cssClass(s.causeId())))
            .toList(),
        !curve.measured().isEmpty(),
        drawn ? rows(curve) : List.of(),
        points > MAX_ROWS);
  }

  private static String summary(ErosionCurve curve) {
    int last = curve.epochs().size() - 1;
    long lost = CurvePoints.lostAt(curve, last);
    int half = 0;
    while (CurvePoints.lostAt(curve, half) * 2 < lost) {
      half++;
    }
    String text =
        "After "
            + moment(curve, last)
            + ", "
            + Amounts.mebibytes(lost)
            + " ("
            + Amounts.pages(lost)
            + ") of a child are no longer shared"
            + (last < 2 ? "." : "; half of that was lost after " + moment(curve, half) + ".");
    if (curve.measured().isEmpty()) {
      return text + " The curve is modelled; nothing was measured.";
    }
    return text + " The kernel counted " + Amounts.pages(curve.measured().get(last)) + " there.";
  }

  private static String moment(ErosionCurve curve, int point) {
    long epoch = curve.epochs().get(point);
    String label = VisibleText.of(curve.epochLabel());
    return Amounts.count(epoch)
        + " "
        + (epoch == 1 && label.equals("requests") ? "request" : label);
  }

  private static List<Row> rows(ErosionCurve curve) {
    List<Row> rows = new ArrayList<>();
    for (int point : CurvePoints.pick(curve.epochs().size(), MAX_ROWS)) {
      long lost = CurvePoints.lostAt(curve, point);
      rows.add(
          new Row(
              Amounts.count(curve.epochs().get(point)),
              curve.series().stream().map(s -> Amounts.count(s.pages().get(point))).toList(),
              Amounts.count(lost),
              Amounts.mebibyteNumber(lost),
              curve.measured().isEmpty() ? "" : Amounts.count(curve.measured().get(point))));
    }
    return rows;
  }

  /**
   * What the template shows.
   *
   * @param drawn whether there is a curve
   * @param epochLabel what an epoch is
   * @param summary the curve in words
   * @param series causes, in stacking order from below
   * @param measured whether there are measured points
   * @param rows the curve as a table
   * @param thinned whether the table leaves points out
   */
  public record View(
      boolean drawn,
      String epochLabel,
      String summary,
      List<Series> series,
      boolean measured,
      List<Row> rows,
      boolean thinned) {}

  /**
   * A band of the curve.
   *
   * @param id of the cause
   * @param css its colour
   */
  public record Series(String id, String css) {}

  /**
   * A row of the table.
   *
   * @param epoch the mark
   * @param pages by cause, in the order of the series
   * @param lost their sum, in pages
   * @param lostMebibytes the same in MiB, without a unit
   * @param measured pages, or empty
   */
  public record Row(
      String epoch, List<String> pages, String lost, String lostMebibytes, String measured) {}
}
