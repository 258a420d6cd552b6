package io.forkscope.reports.html;

import io.forkscope.core.verdict.MitigationEffect;
import io.forkscope.core.verdict.MitigationEffect.Change;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.JudgementWords;
import io.forkscope.reports.internal.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What each mitigation would give back, most first; harm to the left of the zero line. */
public final class MitigationsPanel implements Panel {

  private static final int MAX_CASES = 50;

  @Override
  public String id() {
    return "mitigations";
  }

  @Override
  public String title() {
    return "Mitigations";
  }

  @Override
  public String template() {
    return "panels/mitigations.jte";
  }

  @Override
  public Object view(PanelContext context) {
    Map<String, List<MitigationEffect>> cases = new LinkedHashMap<>();
    for (MitigationEffect e : context.verdict().mitigations()) {
      String name = e.caseName() + " on " + e.runtime() + " " + e.version();
      cases.computeIfAbsent(name, n -> new ArrayList<>()).add(e);
    }
    return new View(
        cases.entrySet().stream()
            .limit(MAX_CASES)
            .map(c -> table(c.getKey(), c.getValue()))
            .toList(),
        Math.max(0, cases.size() - MAX_CASES));
  }

  private static Table table(String name, List<MitigationEffect> effects) {
    Change first = effects.get(0).predicted();
    long scale = Math.max(1, first.lostWithoutPages());
    for (MitigationEffect e : effects) {
      scale = Math.max(scale, Math.abs(e.predicted().givenBackPages()));
    }
    long whole = scale;
    boolean measured = effects.stream().anyMatch(e -> e.measured().isPresent());
    return new Table(
        VisibleText.of(name),
        Amounts.pages(first.lostWithoutPages()),
        Amounts.mebibytes(first.lostWithoutPages()),
        Amounts.mebibytes(first.familyWithoutPages()),
        measured,
        effects.stream().map(e -> row(e, whole)).toList());
  }

  private static Row row(MitigationEffect e, long scale) {
    boolean known = e.refusal().isEmpty();
    Change p = e.predicted();
    double half = Bars.WIDTH / 2.0;
    double length = known ? Bars.length(Math.abs(p.givenBackPages()), scale) / 2 : 0;
    return new Row(
        VisibleText.of(e.name()),
        VisibleText.of(e.sentence()),
        VisibleText.of(e.cost()),
        VisibleText.of(e.evidence()),
        VisibleText.of(e.refusal()),
        e.whatIf() ? "what-if" : "modelled",
        known ? p.judgement().name().toLowerCase(Locale.ROOT) : "unknown",
        JudgementWords.of(e),
        p.givenBackPages(),
        known ? Amounts.signedCount(p.givenBackPages()) : "–",
        known ? Amounts.signedMebibyteNumber(p.givenBackPages()) : "–",
        p.familyGivenBackPages(),
        known ? Amounts.signedMebibyteNumber(p.familyGivenBackPages()) : "–",
        e.measured().map(m -> Long.toString(m.givenBackPages())).orElse(""),
        e.measured().map(m -> Amounts.signedCount(m.givenBackPages())).orElse("–"),
        Bars.attribute(p.givenBackPages() < 0 ? half - length : half),
        Bars.attribute(length));
  }

  /**
   * What the template shows.
   *
   * @param tables a case each; may be empty
   * @param moreCases left out
   */
  public record View(List<Table> tables, int moreCases) {}

  /**
   * A case.
   *
   * @param name with runtime and version
   * @param lost pages that one worker loses as it stands
   * @param lostMebibytes the same as an amount
   * @param family what parent and workers take as it stands
   * @param measured whether anything was measured
   * @param rows most given back first
   */
  public record Table(
      String name,
      String lost,
      String lostMebibytes,
      String family,
      boolean measured,
      List<Row> rows) {}

  /**
   * A mitigation, or several together.
   *
   * @param name ids
   * @param sentence what is done
   * @param cost in words
   * @param evidence with its source
   * @param refusal why the model cannot say it, or empty
   * @param basis what-if or modelled
   * @param judgement class of the word
   * @param word the judgement
   * @param backPages to sort by
   * @param back pages given back, signed
   * @param backMebibytes the same in MiB
   * @param familyPages to sort by
   * @param family MiB given back by the whole family, signed
   * @param measuredPages to sort by, or empty
   * @param measured pages given back, signed, or that there are none
   * @param x start of the bar
   * @param length of the bar
   */
  public record Row(
      String name,
      String sentence,
      String cost,
      String evidence,
      String refusal,
      String basis,
      String judgement,
      String word,
      long backPages,
      String back,
      String backMebibytes,
      long familyPages,
      String family,
      String measuredPages,
      String measured,
      String x,
      String length) {}
}
