package io.forkscope.models.cpython;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Spells the words of a scenario as Python source, and refuses what would not be that one word:
 * nothing a case file says can become code.
 */
final class PythonText {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
  private static final Pattern MODULE =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}(\\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,8}");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern LARGE_INTEGER = Pattern.compile("-?[0-9]{1,40}");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");
  private static final Pattern CONVERSION = Pattern.compile("%(0?[0-9]{1,3})?d");

  private PythonText() {}

  static String identifier(String word) {
    return matching(IDENTIFIER, word, "a name");
  }

  static List<String> identifiers(String words) {
    List<String> all = new ArrayList<>();
    for (String word : words.split(",", -1)) {
      all.add(identifier(word.strip()));
    }
    return all;
  }

  static List<String> modules(String words) {
    List<String> all = new ArrayList<>();
    for (String word : words.split(",", -1)) {
      all.add(matching(MODULE, word.strip(), "a module"));
    }
    return all;
  }

  /** A whole number that fits a long. */
  static long whole(String word) {
    return Long.parseLong(matching(INTEGER, word, "a whole number"));
  }

  /** A whole number of at most 40 digits, as written. */
  static String integer(String word) {
    return matching(LARGE_INTEGER, word, "a whole number");
  }

  /** A number with a decimal point, so that Python makes a float of it. */
  static String decimal(String word) {
    String number = matching(DECIMAL, word, "a number");
    return number.contains(".") ? number : number + ".0";
  }

  /** A quoted string; {@code u'…'} where Python 2 would take it for bytes. */
  static String quoted(String text) {
    boolean ascii = text.chars().allMatch(c -> c < 128);
    StringBuilder out = new StringBuilder(ascii ? "'" : "u'");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\'' || c == '\\') {
                out.append('\\').appendCodePoint(c);
              } else if (c >= ' ' && c < 127) {
                out.appendCodePoint(c);
              } else if (c < 128) {
                out.append(String.format(java.util.Locale.ROOT, "\\x%02x", c));
              } else {
                out.append(String.format(java.util.Locale.ROOT, "\\U%08x", c));
              }
            });
    return out.append('\'').toString();
  }

  /** A quoted format with exactly one whole-number conversion. */
  static String format(String text) {
    int conversions = 0;
    String rest = text.replace("%%", "");
    var matcher = CONVERSION.matcher(rest);
    while (matcher.find()) {
      conversions++;
    }
    if (conversions != 1 || CONVERSION.matcher(rest).replaceAll("").contains("%")) {
      throw new IllegalArgumentException(
          "format " + text + " must hold exactly one %d, or %0Nd, and nothing else after a %");
    }
    return quoted(text);
  }

  private static String matching(Pattern pattern, String word, String what) {
    if (!pattern.matcher(word).matches()) {
      throw new IllegalArgumentException("\"" + word + "\" is not " + what);
    }
    return word;
  }
}
