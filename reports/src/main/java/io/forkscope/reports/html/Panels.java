package io.forkscope.reports.html;

import java.util.List;

/** The panels of the page, in their order. */
final class Panels {

  static final List<Panel> ORDER =
      List.of(
          new VerdictPanel(),
          new ErosionPanel(),
          new CausesPanel(),
          new MitigationsPanel(),
          new RegionsPanel(),
          new PageMapPanel(),
          new ComparisonPanel(),
          new ProcessesPanel(),
          new ProvenancePanel());

  private Panels() {}
}
