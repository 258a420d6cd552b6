package io.forkscope.cli;

import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.ReportFormat;
import io.forkscope.reports.ReportOptions;
import io.forkscope.reports.Reports;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a verdict goes and in which form; mixed into every command that has one. */
final class OutputOptions {

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "text, json, csv or html. Default: by the ending of the -o file's name, otherwise text.")
  private @Nullable ReportFormat format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "File to write, replaced as a whole or not at all. Default: standard output.")
  private @Nullable Path file;

  OutputOptions() {}

  /** The form that was chosen. */
  ReportFormat format() {
    if (format != null) {
      return format;
    }
    return file == null
        ? ReportFormat.TEXT
        : ReportFormat.ofFileName(file).orElse(ReportFormat.TEXT);
  }

  /** Tells before long work whether the result can be written. */
  void check() throws IOException {
    if (file != null) {
      ResultFile.check(file);
    }
  }

  /** Writes a verdict where the user wants it; says so on {@code err} when that is a file. */
  void write(Verdict verdict, PrintWriter out, PrintWriter err) throws IOException {
    ReportFormat chosen = format();
    if (file == null) {
      Reports.write(verdict, chosen, new ReportOptions(Terminal.wantsColours(), 80), out);
      if (out.checkError() || System.out.checkError()) {
        throw CommandFailure.environment("standard output: not written: full or closed");
      }
      return;
    }
    Path target = file;
    ResultFile.write(target, o -> Reports.write(verdict, chosen, ReportOptions.plain(), o));
    err.println("wrote " + target + " (" + chosen.id() + ")");
    err.flush();
  }
}
