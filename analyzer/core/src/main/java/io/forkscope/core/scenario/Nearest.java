package io.forkscope.core.scenario;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the known word that an unknown one most likely meant. */
public final class Nearest {

  private Nearest() {}

  /**
   * The known word with the smallest edit distance, the first of equals; empty when none is near (a
   * distance of more than half the longer word's length, rounded up).
   */
  public static Optional<String> of(String unknown, Collection<String> known) {
    String wanted = unknown.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(wanted, k.toLowerCase(Locale.ROOT))))
        .filter(
            k ->
                distance(wanted, k.toLowerCase(Locale.ROOT))
                    <= (Math.max(k.length(), wanted.length()) + 1) / 2);
  }

  /**
   * The refusal of an unknown word, as one line.
   *
   * @param what what the word should have been, for example {@code "action"}
   */
  public static String refusal(String what, String unknown, Collection<String> known) {
    return "unknown "
        + what
        + " '"
        + unknown
        + "'"
        + of(unknown, known)
            .map(k -> "; did you mean '" + k + "'?")
            .orElse("; known: " + String.join(", ", known));
  }

  /**
   * Refuses a word that is not known.
   *
   * @throws IllegalArgumentException naming the nearest that is
   */
  public static void check(String what, String word, Collection<String> known) {
    if (!known.contains(word)) {
      throw new IllegalArgumentException(refusal(what, word, known));
    }
  }

  /**
   * What a word stands for.
   *
   * @throws IllegalArgumentException naming the nearest word that is known
   */
  public static <T> T known(String what, String word, Map<String, T> meanings) {
    T found = meanings.get(word);
    if (found == null) {
      throw new IllegalArgumentException(refusal(what, word, meanings.keySet()));
    }
    return found;
  }

  /** Levenshtein's distance, two rows; words are short. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
