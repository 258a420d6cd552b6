package io.forkscope.models.php;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A printf format with one {@code %d} or {@code %0Nd}, or none.
 *
 * @param before text before the number
 * @param width least digits of the number; 0 for {@code %d}, negative if there is no number
 * @param after text after it
 */
record PhpFormat(String before, int width, String after) {

  private static final Pattern NUMBER = Pattern.compile("%(?:0([0-9]{1,3}))?d");
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9 ._:/-]*");

  static PhpFormat of(String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.find()) {
      return checked(new PhpFormat(text, -1, ""), text);
    }
    int width = number.group(1) == null ? 0 : Integer.parseInt(number.group(1));
    return checked(
        new PhpFormat(text.substring(0, number.start()), width, text.substring(number.end())),
        text);
  }

  private static PhpFormat checked(PhpFormat format, String text) {
    if (!SAFE.matcher(format.before + format.after).matches()) {
      throw new IllegalArgumentException(
          "format '" + text + "' may hold letters, digits, ' ._:/-' and one %d or %0Nd");
    }
    return format;
  }

  /** Bytes of the text for a number of {@code digits} decimal digits. */
  int bytes(int digits) {
    int number = width < 0 ? 0 : Math.max(width, digits);
    return before.length() + number + after.length();
  }

  /** Whether the length depends on the number. */
  boolean varies() {
    return width >= 0;
  }
}
