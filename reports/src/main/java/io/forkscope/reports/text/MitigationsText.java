package io.forkscope.reports.text;

import io.forkscope.core.verdict.MitigationEffect;
import io.forkscope.core.verdict.MitigationEffect.Judgement;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.JudgementWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What mitigations change: a table for each case, and what those that matter are. */
final class MitigationsText {

  private final TextPage page;

  MitigationsText(TextPage page) {
    this.page = page;
  }

  void write(List<MitigationEffect> effects) throws IOException {
    Map<String, List<MitigationEffect>> cases = new LinkedHashMap<>();
    for (MitigationEffect e : effects) {
      String name = e.caseName() + " on " + e.runtime() + " " + e.version();
      cases.computeIfAbsent(name, n -> new ArrayList<>()).add(e);
    }
    for (Map.Entry<String, List<MitigationEffect>> one : cases.entrySet()) {
      table(one.getKey(), one.getValue());
    }
    if (!effects.isEmpty()) {
      page.line(
          "Given back: private pages that one worker no longer makes, at its worst mark; negative is"
              + " harm. Family: parent and workers together. What-if: no such runtime or kernel is"
              + " run here; the model alone says it.");
      words(effects);
    }
  }

  private void table(String name, List<MitigationEffect> effects) throws IOException {
    boolean measured = effects.stream().anyMatch(e -> e.measured().isPresent());
    TextTable table =
        measured
            ? new TextTable(
                "mitigation, in pages", "predicted back", "measured back", "family MiB", "")
            : new TextTable("mitigation, in pages", "given back", "of lost", "family MiB", "");
    for (MitigationEffect e : effects) {
      MitigationEffect.Change p = e.predicted();
      boolean known = e.refusal().isEmpty();
      String second =
          measured
              ? e.measured().map(m -> signed(m.givenBackPages())).orElse("-")
              : known ? Amounts.percentage(p.givenBackPages(), p.lostWithoutPages()) : "-";
      table.row(
          e.name() + (e.whatIf() ? " (what-if)" : ""),
          known ? signed(p.givenBackPages()) : "-",
          second,
          known ? family(p) : "-",
          JudgementWords.of(e));
    }
    page.table("Mitigations of " + name, table);
    if (!effects.isEmpty()) {
      MitigationEffect.Change p = effects.get(0).predicted();
      page.line(
          "As it stands, each worker loses "
              + Amounts.pages(p.lostWithoutPages())
              + effects
                  .get(0)
                  .measured()
                  .map(m -> " (measured " + Amounts.count(m.lostWithoutPages()) + ")")
                  .orElse("")
              + "; the family takes "
              + Amounts.mebibytes(p.familyWithoutPages())
              + ".");
    }
  }

  private void words(List<MitigationEffect> effects) throws IOException {
    Map<String, MitigationEffect> told = new LinkedHashMap<>();
    for (MitigationEffect e : effects) {
      boolean matters = !e.refusal().isEmpty() || e.predicted().judgement() != Judgement.NO_EFFECT;
      if (e.ids().size() == 1 && matters) {
        told.putIfAbsent(e.name(), e);
      }
    }
    if (told.isEmpty()) {
      return;
    }
    page.heading("What they are");
    for (MitigationEffect e : told.values()) {
      page.item(
          "- ",
          e.name()
              + ": "
              + e.sentence()
              + " Cost: "
              + e.cost()
              + " Evidence: "
              + e.evidence()
              + (e.refusal().isEmpty() ? "" : " Not modelled here: " + e.refusal() + "."));
    }
  }

  private static String signed(long pages) {
    return Amounts.signedCount(pages);
  }

  private static String family(MitigationEffect.Change change) {
    return Amounts.signedMebibyteNumber(change.familyGivenBackPages());
  }
}
