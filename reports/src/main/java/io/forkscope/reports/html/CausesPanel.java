package io.forkscope.reports.html;

import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.VisibleText;
import java.util.List;

/** Each cause with its three attributions, on one scale. */
public final class CausesPanel implements Panel {

  @Override
  public String id() {
    return "causes";
  }

  @Override
  public String title() {
    return "Causes";
  }

  @Override
  public String template() {
    return "panels/causes.jte";
  }

  @Override
  public Object view(PanelContext context) {
    List<CauseLoss> causes = context.verdict().causes();
    long most = 1;
    for (CauseLoss c : causes) {
      most = Math.max(most, Math.max(c.brokeFirst(), Math.max(c.onlyToucher(), c.sharedBlame())));
    }
    long scale = most;
    return new View(causes.stream().map(c -> row(c, scale, context)).toList());
  }

  private static Row row(CauseLoss c, long scale, PanelContext context) {
    return new Row(
        VisibleText.of(c.id()),
        context.palette().cssClass(c.id()),
        VisibleText.of(c.kind()).replace('_', ' '),
        VisibleText.of(c.explanation()),
        VisibleText.of(c.source()),
        List.of(
            figure("broke first", c.brokeFirst(), scale),
            figure("only toucher", c.onlyToucher(), scale),
            figure("shared blame", c.sharedBlame(), scale)),
        Amounts.mebibytesOfBytes(c.writtenBytes()),
        Amounts.percentage(c.collateralRatio()));
  }

  private static Figure figure(String name, long pages, long scale) {
    return new Figure(
        name,
        Amounts.count(pages),
        Amounts.mebibytes(pages),
        Bars.attribute(Bars.length(pages, scale)));
  }

  /**
   * What the template shows.
   *
   * @param rows a cause each; may be empty
   */
  public record View(List<Row> rows) {}

  /**
   * A cause.
   *
   * @param id of the cause
   * @param css its colour
   * @param kind in the taxonomy
   * @param explanation one sentence
   * @param source of the fact
   * @param figures the three attributions
   * @param written amount with unit
   * @param collateral share of its broken pages that it did not write
   */
  public record Row(
      String id,
      String css,
      String kind,
      String explanation,
      String source,
      List<Figure> figures,
      String written,
      String collateral) {}

  /**
   * An attribution.
   *
   * @param name of it
   * @param pages number
   * @param mebibytes amount with unit
   * @param length of its bar
   */
  public record Figure(String name, String pages, String mebibytes, String length) {}
}
