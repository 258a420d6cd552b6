package io.forkscope.reports.html;

import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.VisibleText;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The regions in address order; of very many, those that hold most. */
public final class RegionsPanel implements Panel {

  private static final int MAX_ROWS = 200;

  @Override
  public String id() {
    return "regions";
  }

  @Override
  public String title() {
    return "Regions";
  }

  @Override
  public String template() {
    return "panels/regions.jte";
  }

  @Override
  public Object view(PanelContext context) {
    List<RegionLoss> all = context.verdict().regions();
    Set<RegionLoss> shown =
        all.stream()
            .sorted(
                Comparator.comparingLong(RegionLoss::brokenPages)
                    .thenComparingLong(RegionLoss::residentPages)
                    .reversed())
            .limit(MAX_ROWS)
            .collect(Collectors.toSet());
    long most = all.stream().mapToLong(RegionLoss::residentPages).max().orElse(0);
    List<RegionLoss> hidden = all.stream().filter(r -> !shown.contains(r)).toList();
    return new View(
        all.stream().filter(shown::contains).map(r -> row(r, most)).toList(),
        hidden.size(),
        Amounts.pages(hidden.stream().mapToLong(RegionLoss::brokenPages).sum()));
  }

  private static Row row(RegionLoss r, long most) {
    return new Row(
        VisibleText.of(r.name()),
        VisibleText.of(r.kind()),
        VisibleText.of(r.fidelity()),
        Amounts.address(r.address()),
        r.residentPages(),
        mebibytes(r.residentPages()),
        r.brokenPages(),
        mebibytes(r.brokenPages()),
        Amounts.percentage(r.brokenPages(), r.residentPages()),
        r.grownPages(),
        mebibytes(r.grownPages()),
        Bars.attribute(Bars.length(r.residentPages(), most)),
        Bars.attribute(Bars.length(Math.min(r.brokenPages(), r.residentPages()), most)));
  }

  private static String mebibytes(long pages) {
    return Amounts.mebibyteNumber(pages);
  }

  /**
   * What the template shows.
   *
   * @param rows in address order; may be empty
   * @param hiddenRegions regions left out
   * @param hiddenBroken what they lost
   */
  public record View(List<Row> rows, int hiddenRegions, String hiddenBroken) {}

  /**
   * A region.
   *
   * @param name as in maps
   * @param kind label
   * @param fidelity of its placement
   * @param address first byte
   * @param resident pages, to sort by
   * @param residentMebibytes number of MiB
   * @param broken pages, to sort by
   * @param brokenMebibytes number of MiB
   * @param lost share
   * @param grown pages, to sort by
   * @param grownMebibytes number of MiB
   * @param residentLength of the bar behind
   * @param brokenLength of the bar before it
   */
  public record Row(
      String name,
      String kind,
      String fidelity,
      String address,
      long resident,
      String residentMebibytes,
      long broken,
      String brokenMebibytes,
      String lost,
      long grown,
      String grownMebibytes,
      String residentLength,
      String brokenLength) {}
}
