package io.forkscope.reports.html;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import gg.jte.output.WriterOutput;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.internal.VisibleText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes one page that needs nothing else: style, script and data are inside it, and its
 * content-security policy names the hashes of exactly these, so that nothing foreign can run even
 * if it got in. Equal verdicts give equal pages.
 */
public final class HtmlReport {

  private static final TemplateEngine TEMPLATES =
      TemplateEngine.createPrecompiled(
          null, // on the class path
          ContentType.Html,
          HtmlReport.class.getClassLoader(),
          "io.forkscope.reports.html.templates");

  private HtmlReport() {}

  /**
   * Writes a verdict; does not close the writer.
   *
   * @throws IOException if the writer refuses
   */
  public static void write(Verdict verdict, Writer out) throws IOException {
    PanelContext context = PanelContext.of(verdict);
    List<Section> sections = new ArrayList<>();
    for (Panel panel : Panels.ORDER) {
      StringOutput html = new StringOutput();
      TEMPLATES.render(panel.template(), Map.of("view", panel.view(context)), html);
      sections.add(new Section(panel.id(), panel.title(), html.toString()));
    }
    Page page =
        new Page(
            VisibleText.of(verdict.title()),
            Assets.contentSecurityPolicy(),
            Assets.style(),
            Assets.script(),
            PageData.of(context),
            sections);
    try {
      TEMPLATES.render("page.jte", Map.of("page", page), new WriterOutput(out));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * The page around the panels.
   *
   * @param title the verdict's title
   * @param policy content of the content-security policy
   * @param style text of the style element
   * @param script text of the script element
   * @param data JSON that is safe inside a script element
   * @param sections the rendered panels
   */
  public record Page(
      String title,
      String policy,
      String style,
      String script,
      String data,
      List<Section> sections) {}

  /**
   * A rendered panel.
   *
   * @param id anchor
   * @param title heading
   * @param html output of its template, already escaped
   */
  public record Section(String id, String title, String html) {}
}
