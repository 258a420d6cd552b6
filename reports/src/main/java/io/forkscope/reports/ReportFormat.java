package io.forkscope.reports;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The forms in which a verdict is written. */
public enum ReportFormat {
  /** For a terminal: a few lines, then tables, at most 80 columns wide. */
  TEXT("txt"),
  /** The whole verdict, to be read by programs and by {@link Reports#read}. */
  JSON("json"),
  /** One row a number, for spreadsheets. */
  CSV("csv"),
  /** One self-contained page. */
  HTML("html");

  private final String fileExtension;

  ReportFormat(String fileExtension) {
    this.fileExtension = fileExtension;
  }

  /** The lower-case name used on the command line, for example {@code json}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The usual ending of a file's name, without the dot. */
  public String fileExtension() {
    return fileExtension;
  }

  /** The format that a file's name ends with, in any case; empty for an unknown ending. */
  public static Optional<ReportFormat> ofFileName(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (ReportFormat format : values()) {
      if (name.endsWith("." + format.fileExtension) || name.endsWith("." + format.id())) {
        return Optional.of(format);
      }
    }
    return name.endsWith(".htm") ? Optional.of(HTML) : Optional.empty();
  }
}
