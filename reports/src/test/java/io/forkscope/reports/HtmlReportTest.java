package io.forkscope.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.forkscope.core.verdict.Verdict;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What every page keeps, whatever the verdict. */
class HtmlReportTest {

  @Test
  void pageNamesNoOutsideAddressAndAllowsNoInlineCode() throws Exception {
    String html = html(SampleVerdicts.server());

    assertThat(html).doesNotContain("http://", "https://", "unsafe-inline", "unsafe-eval");
    Files.writeString(Path.of("target", "sample.html"), html); // to be looked at in a browser
  }

  @Test
  void equalVerdictsGiveEqualPages() throws Exception {
    assertThat(html(SampleVerdicts.server())).isEqualTo(html(SampleVerdicts.server()));
  }

  @Test
  void hostileNamesNeitherEndAnElementNorReorderText() throws Exception {
    // each of these would run, or fool a reader, if any place forgot to escape
    String hostile = "</script><img src=x onerror=alert(1)>\u202Egnp\"'";
    String html = html(SampleVerdicts.named(hostile, hostile, "c.x", hostile));

    assertThat(html).doesNotContain("<img", "\u202E");
  }

  @Test
  void harmfulMitigationsAreMarkedAndPointTheOtherWay() throws Exception {
    String html = html(SampleVerdicts.server());

    assertThat(html)
        .containsPattern("<bdi>collect-in-child</bdi>")
        .contains("judgement harms\">HARMS<", "&lt;b&gt;refused", "gunicorn &lt;preload&gt;")
        .doesNotContain("<b>refused");
  }

  @Test
  void millionPagesOfNoiseStayBelowOneMegabyte() throws Exception {
    // random state in every page and random holes: nothing for a packer to find
    Verdict noisy = SampleVerdicts.withMap(SampleVerdicts.noise(1_000_000, 12, 20, 12, true));

    assertThat(html(noisy).length()).isLessThan(1_000_000);
  }

  @Test
  void jsonComesBackAsTheSameVerdict() throws Exception {
    Path file = Files.createTempFile("verdict", ".json");
    StringWriter json = new StringWriter();
    Reports.write(SampleVerdicts.server(), ReportFormat.JSON, ReportOptions.plain(), json);
    Files.writeString(file, json.toString());

    assertThat(Reports.read(file)).isEqualTo(SampleVerdicts.server());
  }

  private static String html(Verdict verdict) throws Exception {
    StringWriter out = new StringWriter();
    Reports.write(verdict, ReportFormat.HTML, ReportOptions.plain(), out);
    return out.toString();
  }
}
