package io.forkscope.reports.html;

import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.internal.VisibleText;
import java.util.List;
import java.util.Locale;

/**
 * A finding ready to be shown.
 *
 * @param text safe to look at
 * @param basis {@code measured}, {@code modelled} or {@code assumed}
 */
public record Sentence(String text, String basis) {

  static List<Sentence> of(Verdict verdict, Finding.Level level) {
    return verdict.findings().stream()
        .filter(f -> f.level() == level)
        .map(f -> new Sentence(VisibleText.of(f.text()), f.basis().name().toLowerCase(Locale.ROOT)))
        .toList();
  }
}
