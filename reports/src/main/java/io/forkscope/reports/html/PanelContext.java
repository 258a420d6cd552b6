package io.forkscope.reports.html;

import io.forkscope.core.verdict.Verdict;

/**
 * What every panel may use.
 *
 * @param verdict the result to show
 * @param palette one colour a cause, the same in every panel
 * @param packedMap the page map as the page holds it
 */
public record PanelContext(Verdict verdict, CausePalette palette, PackedPageMap packedMap) {

  /** A verdict with colours given in the order of its causes. */
  static PanelContext of(Verdict verdict) {
    return new PanelContext(
        verdict,
        CausePalette.of(verdict),
        PackedPageMap.of(verdict.pageMap(), verdict.curve().epochs().size()));
  }
}
