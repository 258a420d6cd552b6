package io.forkscope.reports.html;

import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.Provenance;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;

/** Where the numbers come from, and what limits them. */
public final class ProvenancePanel implements Panel {

  @Override
  public String id() {
    return "provenance";
  }

  @Override
  public String title() {
    return "Provenance";
  }

  @Override
  public String template() {
    return "panels/provenance.jte";
  }

  @Override
  public Object view(PanelContext context) {
    Verdict verdict = context.verdict();
    Provenance p = verdict.provenance();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Input", VisibleText.of(p.inputName()), false));
    facts.add(new Fact("SHA-256 of the input", VisibleText.of(p.inputSha256()), true));
    facts.add(new Fact("Seed", Long.toString(p.seed()), true));
    facts.add(new Fact("Placement of objects", VisibleText.of(p.fidelity()), false));
    p.versions()
        .forEach(
            (name, version) ->
                facts.add(new Fact(VisibleText.of(name), VisibleText.of(version), true)));
    return new View(
        facts,
        p.assumptions().stream().map(VisibleText::of).toList(),
        Sentence.of(verdict, Finding.Level.CAUTION),
        p.notes().stream().map(VisibleText::of).toList());
  }

  /**
   * What the template shows.
   *
   * @param facts name and value
   * @param assumptions whole sentences
   * @param cautions what limits the answer
   * @param notes defaults used, what was ignored, what is not modelled
   */
  public record View(
      List<Fact> facts, List<String> assumptions, List<Sentence> cautions, List<String> notes) {}

  /**
   * A fact.
   *
   * @param name of it
   * @param value of it
   * @param code whether the value is for machines
   */
  public record Fact(String name, String value, boolean code) {}
}
