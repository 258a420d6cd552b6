package io.forkscope.reports;

import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.csv.CsvReport;
import io.forkscope.reports.html.HtmlReport;
import io.forkscope.reports.json.VerdictReader;
import io.forkscope.reports.json.VerdictWriter;
import io.forkscope.reports.text.TextReport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes verdicts in every format and reads the JSON back. Stateless; safe for any thread. */
public final class Reports {

  private Reports() {}

  /**
   * Writes a verdict. Equal verdicts give equal characters. The writer is flushed, not closed.
   *
   * @throws IOException if the writer refuses
   */
  public static void write(Verdict verdict, ReportFormat format, ReportOptions options, Writer out)
      throws IOException {
    switch (format) {
      case TEXT -> TextReport.write(verdict, options, out);
      case JSON -> VerdictWriter.write(verdict, out);
      case CSV -> CsvReport.write(verdict, out);
      case HTML -> HtmlReport.write(verdict, out);
    }
    out.flush();
  }

  /**
   * Writes a verdict in UTF-8. The stream is flushed, not closed.
   *
   * @throws IOException if the stream refuses, for example because the disk is full
   */
  public static void write(
      Verdict verdict, ReportFormat format, ReportOptions options, OutputStream out)
      throws IOException {
    write(
        verdict,
        format,
        options,
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
  }

  /**
   * Reads a verdict that was written as JSON.
   *
   * @throws ReportException if the file is truncated, is not a verdict, is of another schema
   *     version, or contradicts itself; the message is one line
   * @throws IOException if the file cannot be opened or read
   */
  public static Verdict read(Path file) throws IOException, ReportException {
    return VerdictReader.read(file);
  }
}
