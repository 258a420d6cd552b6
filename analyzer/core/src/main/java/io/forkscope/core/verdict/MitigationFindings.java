package io.forkscope.core.verdict;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.verdict.MitigationEffect.Change;
import io.forkscope.core.verdict.MitigationEffect.Judgement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What mitigations give, in words: for each case the best that can be had today, and what does
 * harm.
 *
 * @param effects of all cases, each case's ranked
 */
record MitigationFindings(List<MitigationEffect> effects) {

  /** Cases that are spoken about one by one; the table has all. */
  private static final int MOST_CASES = 3;

  List<Finding> list() {
    Map<String, List<MitigationEffect>> cases = new LinkedHashMap<>();
    for (MitigationEffect effect : effects) {
      cases
          .computeIfAbsent(
              effect.caseName() + " on " + effect.runtime() + " " + effect.version(),
              name -> new ArrayList<>())
          .add(effect);
    }
    List<Finding> findings = new ArrayList<>();
    cases.entrySet().stream()
        .limit(MOST_CASES)
        .forEach(
            e -> {
              findings.add(best(e.getKey(), e.getValue()));
              harm(e.getKey(), e.getValue(), findings);
            });
    return findings;
  }

  private static Finding best(String name, List<MitigationEffect> effects) {
    for (MitigationEffect effect : effects) {
      Judgement judgement = effect.predicted().judgement();
      if (!effect.whatIf() && (judgement == Judgement.HELPS || judgement == Judgement.TRADES)) {
        Change change = effect.predicted();
        return new Finding(
            Finding.Level.HEADLINE,
            String.format(
                Locale.ROOT,
                "%s: of what can be done today, %s gives back most: each worker loses %s instead of"
                    + " %s, the whole family is %s by %s.",
                name,
                effect.name(),
                mebibytes(change.lostPages()),
                mebibytes(change.lostWithoutPages()),
                change.familyGivenBackPages() >= 0 ? "smaller" : "larger",
                mebibytes(Math.abs(change.familyGivenBackPages()))),
            Basis.MODELLED);
      }
    }
    return new Finding(
        Finding.Level.HEADLINE,
        name + ": no mitigation that can be had today makes a difference.",
        Basis.MODELLED);
  }

  private static void harm(String name, List<MitigationEffect> effects, List<Finding> findings) {
    List<String> harmful =
        effects.stream()
            .filter(e -> e.predicted().judgement() == Judgement.HARMS)
            .map(
                e ->
                    e.name()
                        + " ("
                        + mebibytes(
                            -Math.min(
                                e.predicted().givenBackPages(),
                                e.predicted().familyGivenBackPages()))
                        + " more)")
            .toList();
    if (!harmful.isEmpty()) {
      findings.add(
          new Finding(
              Finding.Level.CAUTION,
              name + ": harmful: " + String.join(", ", harmful) + ".",
              Basis.MODELLED));
    }
  }

  private static String mebibytes(long pages) {
    return String.format(Locale.ROOT, "%.1f MiB", pages * (double) PageSize.BASE_BYTES / (1 << 20));
  }
}
