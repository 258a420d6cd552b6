package io.forkscope.reports.json;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.ReportException;
import io.forkscope.reports.ReportFormat;
import io.forkscope.reports.ReportOptions;
import io.forkscope.reports.Reports;
import io.forkscope.reports.SampleVerdicts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Whatever is done to a result's JSON, every report is made of it or it is refused in one line. */
class VerdictFuzzTest {

  private static final String WHOLE = whole();

  private static String whole() {
    StringWriter out = new StringWriter();
    try {
      VerdictWriter.write(SampleVerdicts.small(), out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toString();
  }

  @FuzzTest(maxDuration = "30s")
  void makesEveryReportOrRefuses(FuzzedDataProvider data) throws IOException {
    StringBuilder text = new StringBuilder(WHOLE);
    int edits = data.consumeInt(0, 8);
    for (int i = 0; i < edits; i++) {
      int at = data.consumeInt(0, text.length() - 1);
      int end = Math.min(text.length(), at + data.consumeInt(0, 24));
      text.replace(at, end, data.consumeString(24));
    }
    try {
      Verdict verdict =
          VerdictReader.read(
              "f", new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)));
      for (ReportFormat format : ReportFormat.values()) {
        Reports.write(verdict, format, ReportOptions.plain(), Writer.nullWriter());
      }
    } catch (ReportException e) {
      if (String.valueOf(e.getMessage()).contains("\n")) {
        throw new IllegalStateException("more than one line", e);
      }
    }
  }
}
