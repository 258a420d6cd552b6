package io.forkscope.models;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A printf format with one {@code %d} or {@code %0Nd}, or none, that makes the text of an element
 * from its index.
 *
 * @param before text before the number
 * @param width least digits of the number; 0 for {@code %d}, negative if there is no number
 * @param after text after it
 */
public record IndexFormat(String before, int width, String after) {

  private static final Pattern NUMBER = Pattern.compile("%(?:0([0-9]{1,3}))?d");
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9 ._:/-]*");

  /**
   * Reads a format.
   *
   * @throws IllegalArgumentException if it holds other than plain text and one number
   */
  public static IndexFormat of(String text) {
    Matcher number = NUMBER.matcher(text);
    IndexFormat format =
        number.find()
            ? new IndexFormat(
                text.substring(0, number.start()),
                number.group(1) == null ? 0 : Integer.parseInt(number.group(1)),
                text.substring(number.end()))
            : new IndexFormat(text, -1, "");
    if (!SAFE.matcher(format.before + format.after).matches()) {
      throw new IllegalArgumentException(
          "format '" + text + "' may hold letters, digits, ' ._:/-' and one %d or %0Nd");
    }
    return format;
  }

  /** Bytes of the text for a number of {@code digits} decimal digits. */
  public int bytes(int digits) {
    int number = width < 0 ? 0 : Math.max(width, digits);
    return before.length() + number + after.length();
  }

  /** The text for a number of 0 or more. */
  public String text(long number) {
    String digits = varies() ? Long.toString(number) : "";
    return before + "0".repeat(Math.max(0, width - digits.length())) + digits + after;
  }

  /** Whether the text depends on the number. */
  public boolean varies() {
    return width >= 0;
  }

  /** The format as printf takes it. */
  public String printf() {
    return before + (varies() ? '%' + (width > 0 ? "0" + width : "") + 'd' : "") + after;
  }

  /** Decimal digits of a number of 0 or more. */
  public static int digits(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** The first number of more than {@code digits} digits. */
  public static long bound(int digits) {
    long bound = 1;
    for (int i = 0; i < digits; i++) {
      bound *= 10;
    }
    return bound;
  }
}
