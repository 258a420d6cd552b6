package io.forkscope.reports.html;

import io.forkscope.core.verdict.Comparison;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;

/**
 * Predicted against measured pages, both on logarithmic axes of whole decades, in a square of
 * {@link #SIDE} units.
 *
 * @param points a case each; empty where nothing was measured
 * @param ticks the decades
 */
public record ScatterPlot(List<Point> points, List<Tick> ticks) {

  /** Units of a side of the square. */
  public static final int SIDE = 400;

  private static final int MAX_POINTS = 500;

  static ScatterPlot of(List<Comparison> measured) {
    long most = 10;
    for (Comparison c : measured) {
      most = Math.max(most, Math.max(c.predicted(), c.measuredPages()));
    }
    int decades = Math.min(18, (int) Math.ceil(Math.log10((double) most))); // 10^19 is no long
    List<Tick> ticks = new ArrayList<>();
    long value = 1;
    for (int i = 0; i <= decades && !measured.isEmpty(); i++) {
      ticks.add(
          new Tick(
              Bars.attribute(position(value, decades)),
              Bars.attribute(SIDE - position(value, decades)),
              Amounts.count(value)));
      value *= 10;
    }
    List<Point> points =
        measured.stream()
            .limit(MAX_POINTS)
            .map(
                c ->
                    new Point(
                        Bars.attribute(position(c.measuredPages(), decades)),
                        Bars.attribute(SIDE - position(c.predicted(), decades)),
                        VisibleText.of(c.name())
                            + ", "
                            + VisibleText.of(c.runtime())
                            + " "
                            + VisibleText.of(c.version())
                            + ": predicted "
                            + Amounts.count(c.predicted())
                            + ", measured "
                            + Amounts.pages(c.measuredPages())))
            .toList();
    return new ScatterPlot(points, ticks);
  }

  /** Below one page there is no logarithm; zero sits on the axis. */
  private static double position(long pages, int decades) {
    return pages <= 1 ? 0 : SIDE * Math.log10((double) pages) / decades;
  }

  /**
   * A case.
   *
   * @param x measured
   * @param y predicted, downwards
   * @param label in words
   */
  public record Point(String x, String y, String label) {}

  /**
   * A decade.
   *
   * @param x on the horizontal axis
   * @param y on the vertical axis, downwards
   * @param label number
   */
  public record Tick(String x, String y, String label) {}
}
