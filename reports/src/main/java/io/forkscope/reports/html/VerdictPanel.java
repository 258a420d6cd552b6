package io.forkscope.reports.html;

import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.Totals;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The answer: a sentence, two to four big numbers, and what became of the sharable memory. */
public final class VerdictPanel implements Panel {

  @Override
  public String id() {
    return "verdict";
  }

  @Override
  public String title() {
    return "Verdict";
  }

  @Override
  public String template() {
    return "panels/verdict.jte";
  }

  @Override
  public Object view(PanelContext context) {
    Verdict verdict = context.verdict();
    List<Tile> tiles = new ArrayList<>();
    if (verdict.totals().residentPages() > 0) {
      tiles.addAll(memoryTiles(verdict.totals()));
    }
    ErrorSummary.of(verdict.comparisons())
        .ifPresent(errors -> tiles.add(errorTile(errors, verdict.comparisons())));
    return new View(
        Sentence.of(verdict, Finding.Level.HEADLINE),
        tiles,
        parts(context),
        Amounts.mebibytes(verdict.totals().sharablePages()),
        Sentence.of(verdict, Finding.Level.NOTE),
        Sentence.of(verdict, Finding.Level.CAUTION));
  }

  private static List<Tile> memoryTiles(Totals t) {
    long lost = t.forkPages() + t.brokenPages();
    String each =
        t.children() == 1
            ? "in the child"
            : "in each of " + Amounts.count(t.children()) + " children";
    long unshared = (t.children() + 1) * t.residentPages() + t.children() * t.grownPages();
    return List.of(
        new Tile(
            "Sharing lost",
            Amounts.percentage(t.lostRatio()).replace(" %", ""),
            "%",
            Amounts.count(lost)
                + " of "
                + Amounts.count(t.sharablePages())
                + " sharable pages "
                + each),
        new Tile(
            "Private memory of a child",
            Amounts.mebibyteNumber(lost + t.grownPages()),
            "MiB",
            Amounts.mebibytes(lost)
                + " copied, "
                + Amounts.mebibytes(t.grownPages())
                + " new since the fork"),
        new Tile(
            "All " + Amounts.count(t.children() + 1) + " processes",
            Amounts.mebibyteNumber(t.physicalPages()),
            "MiB",
            "at the end, peak "
                + Amounts.mebibytes(t.peakPhysicalPages())
                + "; with nothing shared "
                + Amounts.mebibytes(unshared)));
  }

  private static Tile errorTile(ErrorSummary errors, List<Comparison> comparisons) {
    String runtimes =
        comparisons.stream()
            .filter(c -> c.measured().isPresent())
            .map(c -> VisibleText.of(c.runtime()))
            .distinct()
            .collect(Collectors.joining(", "));
    return new Tile(
        "Median error, " + runtimes,
        Amounts.percentage(errors.median()).replace(" %", ""),
        "%",
        "against the kernel, worst "
            + Amounts.percentage(errors.worst())
            + ", "
            + Amounts.count(errors.cases())
            + (errors.cases() == 1 ? " case" : " cases"));
  }

  private static List<Part> parts(PanelContext context) {
    Totals t = context.verdict().totals();
    List<Part> parts = new ArrayList<>();
    if (t.sharablePages() == 0) {
      return parts;
    }
    long lost = t.forkPages() + t.brokenPages();
    long dropped = Math.min(t.droppedPages(), Math.max(0, t.sharablePages() - lost));
    long shared = Math.max(0, t.sharablePages() - lost - dropped);
    long whole = Math.max(t.sharablePages(), shared + lost + dropped);
    PartList list = new PartList(parts, whole);
    list.add("still shared", "shared", shared);
    list.add("given back", "dropped", dropped);
    long attributed = 0;
    for (CauseLoss cause : context.verdict().causes()) {
      // The sums of attributions may round past the total; the bar must not.
      long pages = Math.min(cause.brokeFirst(), Math.max(0, lost - attributed));
      attributed += pages;
      list.add(VisibleText.of(cause.id()), context.palette().cssClass(cause.id()), pages);
    }
    list.add("not attributed", "cx", lost - attributed);
    return parts;
  }

  /** Lays parts side by side. */
  private static final class PartList {
    private final List<Part> parts;
    private final long whole;
    private long before;

    PartList(List<Part> parts, long whole) {
      this.parts = parts;
      this.whole = whole;
    }

    void add(String name, String css, long pages) {
      if (pages > 0) {
        parts.add(
            new Part(
                name,
                css,
                Bars.attribute(Bars.length(before, whole)),
                Bars.attribute(Bars.length(pages, whole)),
                Amounts.mebibytes(pages),
                Amounts.pages(pages),
                Amounts.percentage(pages, whole)));
        before += pages;
      }
    }
  }

  /**
   * What the template shows.
   *
   * @param headlines the answer in words
   * @param tiles big numbers; may be empty
   * @param parts of the sharable memory, side by side; may be empty
   * @param sharable what the parts add up to
   * @param notes further sentences
   * @param cautions what limits the answer
   */
  public record View(
      List<Sentence> headlines,
      List<Tile> tiles,
      List<Part> parts,
      String sharable,
      List<Sentence> notes,
      List<Sentence> cautions) {}

  /**
   * A big number.
   *
   * @param label what it is
   * @param value digits
   * @param unit of the value
   * @param detail one line below
   */
  public record Tile(String label, String value, String unit, String detail) {}

  /**
   * A part of the bar.
   *
   * @param name of the cause or state
   * @param css its colour
   * @param x position, in units of the drawing
   * @param length in units of the drawing
   * @param mebibytes amount with unit
   * @param pages amount with unit
   * @param share of the whole
   */
  public record Part(
      String name,
      String css,
      String x,
      String length,
      String mebibytes,
      String pages,
      String share) {}
}
