package io.forkscope.reports.html;

import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.core.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives each cause one of a few colours that people with any colour vision tell apart; causes
 * beyond them share a grey. A colour is a CSS class {@code c0}, {@code c1}, … or {@code cx}.
 */
public final class CausePalette {

  /** Colours in the style sheet, {@code --c0} to {@code --c9}. */
  static final int COLOURS = 10;

  private static final String OTHER = "cx";

  private final Map<String, String> classes;

  private CausePalette(Map<String, String> classes) {
    this.classes = classes;
  }

  /** Colours by the order of a verdict's causes, then of those only its curve or its map names. */
  static CausePalette of(Verdict verdict) {
    Map<String, String> classes = new LinkedHashMap<>();
    for (CauseLoss cause : verdict.causes()) {
      add(classes, cause.id());
    }
    for (ErosionCurve.Series series : verdict.curve().series()) {
      add(classes, series.causeId());
    }
    for (String causeId : verdict.pageMap().causeIds()) {
      add(classes, causeId);
    }
    return new CausePalette(classes);
  }

  private static void add(Map<String, String> classes, String causeId) {
    classes.putIfAbsent(causeId, classes.size() < COLOURS ? "c" + classes.size() : OTHER);
  }

  /** The CSS class of a cause. */
  public String cssClass(String causeId) {
    return classes.getOrDefault(causeId, OTHER);
  }
}
