package io.forkscope.reports;

/**
 * How the terminal text looks; the other formats take no options.
 *
 * @param colour whether ANSI colours are used; the caller knows about terminals and NO_COLOR
 * @param columns width that no line exceeds, at least 60
 */
public record ReportOptions(boolean colour, int columns) {

  /** Checks the width. */
  public ReportOptions {
    if (columns < 60) {
      throw new IllegalArgumentException("a text report needs 60 columns, not " + columns);
    }
  }

  /** No colour, 80 columns. */
  public static ReportOptions plain() {
    return new ReportOptions(false, 80);
  }
}
