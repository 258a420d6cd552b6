package io.forkscope.models.cpython;

/** A Python {@code %} format with one {@code %d} or {@code %0Nd}: how long its results are. */
record TextFormat(
    int allCharacters, int fixedCharacters, int widest, int minimumDigits, boolean hasNumber) {

  /** min_length of PyUnicode_Format's writer: 3.6 to 3.13 Objects/unicodeobject.c. */
  private static final int MORE_WRITTEN = 100;

  /**
   * Reads a format.
   *
   * @throws IllegalArgumentException if it is none
   */
  static TextFormat of(String format) {
    int percent = format.indexOf('%');
    int widest = format.codePoints().max().orElse(0);
    int all = format.codePointCount(0, format.length());
    if (percent < 0) {
      return new TextFormat(all, all, widest, 0, false);
    }
    int end = format.indexOf('d', percent);
    String width = end < 0 ? "" : format.substring(percent + 1, end);
    if (end < 0 || !width.matches("(0[0-9]{1,4})?") || format.indexOf('%', end) >= 0) {
      throw new IllegalArgumentException("format " + format + " is not text with one %d or %0Nd");
    }
    int fixed = all - (end - percent + 1);
    return new TextFormat(all, fixed, widest, width.isEmpty() ? 1 : Integer.parseInt(width), true);
  }

  /** Characters of the text for a number that is not negative. */
  int characters(long number) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return fixedCharacters + (hasNumber ? Math.max(minimumDigits, digits) : 0);
  }

  /** Characters that a result has room for while it is written. */
  int roomCharacters(long number) {
    return hasNumber
        ? Math.max(allCharacters + MORE_WRITTEN, characters(number))
        : characters(number);
  }
}
