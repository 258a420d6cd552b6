package io.forkscope.reports.html;

import io.forkscope.core.verdict.PageMap;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;

/** Every page that was resident at the fork, drawn by the page's script, and the same in words. */
public final class PageMapPanel implements Panel {

  private static final int MAX_ROWS = 60;

  @Override
  public String id() {
    return "page-map";
  }

  @Override
  public String title() {
    return "Page map";
  }

  @Override
  public String template() {
    return "panels/page-map.jte";
  }

  @Override
  public Object view(PanelContext context) {
    PageMap map = context.verdict().pageMap();
    PackedPageMap packed = context.packedMap();
    List<PageMapSummary> summaries = PageMapSummary.of(map);
    return new View(
        !map.runs().isEmpty(),
        Amounts.pages(map.runs().stream().mapToLong(PageMap.Run::pages).sum()),
        Amounts.count(map.runs().size()),
        leftOut(packed),
        packed.hasEpochs() && context.verdict().curve().epochs().size() > 1,
        packed.hasKinds() && map.objectKinds().size() > 1,
        map.causeIds().stream()
            .map(id -> new Legend(VisibleText.of(id), context.palette().cssClass(id)))
            .toList(),
        summaries.stream().limit(MAX_ROWS).map(s -> row(s, map)).toList(),
        Math.max(0, summaries.size() - MAX_ROWS));
  }

  private static String leftOut(PackedPageMap packed) {
    List<String> parts = new ArrayList<>();
    if (packed.shift() > 0) {
      parts.add(
          "each cell stands for "
              + Amounts.pages(1L << packed.shift())
              + " and shows the state most of them have");
    }
    if (!packed.hasKinds()) {
      parts.add("object kinds are left out");
    }
    if (!packed.hasEpochs()) {
      parts.add("epochs are left out");
    }
    return parts.isEmpty()
        ? ""
        : "To keep this file under 1 MB, " + String.join(", and ", parts) + "; the JSON has all.";
  }

  private static Row row(PageMapSummary s, PageMap map) {
    return new Row(
        VisibleText.of(map.regionNames().get(s.region())),
        Amounts.count(s.pages()),
        Amounts.count(s.brokenPages()),
        Amounts.percentage(s.brokenPages(), s.pages()),
        s.mostFrequentCause() < 0
            ? "none"
            : VisibleText.of(map.causeIds().get(s.mostFrequentCause())),
        Amounts.count(s.longestSharedPages()),
        Amounts.count(s.stretches()));
  }

  /**
   * What the template shows.
   *
   * @param drawn whether there is a map
   * @param pages on it, with unit
   * @param runs neighbouring pages of one state
   * @param leftOut what the file's size made go; empty for nothing
   * @param hasEpochs whether cells can be coloured by epoch
   * @param hasKinds whether cells can be coloured by object kind
   * @param legend causes and colours
   * @param rows the map in words
   * @param moreRows regions not among the rows
   */
  public record View(
      boolean drawn,
      String pages,
      String runs,
      String leftOut,
      boolean hasEpochs,
      boolean hasKinds,
      List<Legend> legend,
      List<Row> rows,
      int moreRows) {}

  /**
   * A colour's meaning.
   *
   * @param id of the cause
   * @param css its colour
   */
  public record Legend(String id, String css) {}

  /**
   * A region in words.
   *
   * @param region name
   * @param pages resident at the fork
   * @param broken pages
   * @param lost share
   * @param mostFrequentCause id, or none
   * @param longestShared longest stretch still shared, in pages
   * @param stretches broken stretches
   */
  public record Row(
      String region,
      String pages,
      String broken,
      String lost,
      String mostFrequentCause,
      String longestShared,
      String stretches) {}
}
