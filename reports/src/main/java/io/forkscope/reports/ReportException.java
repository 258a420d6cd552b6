package io.forkscope.reports;

/**
 * A verdict file that cannot be read: one line that names the file, the place and what is wrong.
 */
public final class ReportException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String reason;

  /**
   * Makes the line.
   *
   * @param file path of the file as the user gave it
   * @param place line and column, or a key such as {@code totals.children}; may be empty
   * @param reason what is wrong, without a full stop
   */
  public ReportException(String file, String place, String reason) {
    super(file + (place.isEmpty() ? "" : ": " + place) + ": " + reason);
    this.file = file;
    this.reason = reason;
  }

  /** The file as the user gave it. */
  public String file() {
    return file;
  }

  /** What is wrong, without the place. */
  public String reason() {
    return reason;
  }
}
