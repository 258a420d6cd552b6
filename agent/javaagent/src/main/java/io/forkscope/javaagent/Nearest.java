package io.forkscope.javaagent;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word that a misspelt one was probably meant to be. */
final class Nearest {
  private Nearest() {}

  /** {@code did you mean "file"? }, or nothing where no word is near. */
  static String hint(String word, Collection<String> known) {
    String asked = word.toLowerCase(Locale.ROOT);
    int far = Math.max(2, word.length() / 2);
    Optional<String> nearest =
        known.stream()
            .min(Comparator.comparingInt(candidate -> distance(asked, candidate)))
            .filter(candidate -> distance(asked, candidate) <= far);
    return nearest.map(candidate -> "did you mean \"" + candidate + "\"? ").orElse("");
  }

  /** Letters to insert, delete or replace (Levenshtein), row by row. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
