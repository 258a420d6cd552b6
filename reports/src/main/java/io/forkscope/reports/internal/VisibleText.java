package io.forkscope.reports.internal;

/**
 * Foreign names made safe to look at: characters that move the cursor, change colours, or reorder
 * the text around them are shown by their number instead of being obeyed.
 */
public final class VisibleText {

  private VisibleText() {}

  /** The text with control, direction and invisible characters replaced by {@code <U+202E>}. */
  public static String of(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isHidden(c)) {
                visible.append(String.format("<U+%04X>", c));
              } else {
                visible.appendCodePoint(c);
              }
            });
    return visible.toString();
  }

  private static boolean isHidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT, // direction marks and overrides, zero-width joiners
          Character.SURROGATE, // an unpaired one cannot be encoded
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
