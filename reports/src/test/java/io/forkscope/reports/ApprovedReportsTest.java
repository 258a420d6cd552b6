package io.forkscope.reports;

import io.forkscope.core.verdict.Verdict;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Every format as it was last read and approved. */
final class ApprovedReportsTest {

  @Test
  void jsonOfASmallVerdict() throws Exception {
    Approved.holds("small.json", write(SampleVerdicts.small(), ReportFormat.JSON));
  }

  @Test
  void csvOfASmallVerdict() throws Exception {
    Approved.holds("small.csv", write(SampleVerdicts.small(), ReportFormat.CSV));
  }

  @Test
  void textOfAServerAndOfNothing() throws Exception {
    Approved.holds("server.txt", write(SampleVerdicts.server(), ReportFormat.TEXT));
    Approved.holds("empty.txt", write(SampleVerdicts.empty(), ReportFormat.TEXT));
  }

  @Test
  void structureOfTheHtmlPage() throws Exception {
    Approved.holds("server.html", structure(SampleVerdicts.server()));
    Approved.holds("empty.html", structure(SampleVerdicts.empty()));
  }

  /** The page without its style, its scripts, its data and the hashes that allow them. */
  private static String structure(Verdict verdict) throws IOException {
    return write(verdict, ReportFormat.HTML)
        .replaceAll("(?s)(<style>).*?(</style>)", "$1…$2")
        .replaceAll("(?s)(<script[^>]*>).*?(</script>)", "$1…$2")
        .replaceAll("sha256-[A-Za-z0-9+/=]+", "sha256-…");
  }

  private static String write(Verdict verdict, ReportFormat format) throws IOException {
    StringWriter out = new StringWriter();
    Reports.write(verdict, format, ReportOptions.plain(), out);
    return out.toString();
  }
}
