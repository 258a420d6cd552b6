package io.forkscope.reports.text;

import io.forkscope.reports.ReportOptions;
import io.forkscope.reports.internal.VisibleText;
import java.io.IOException;
import java.io.Writer;

/** Lines of a limited width, with colours where they are wanted. */
final class TextPage {

  private static final String BOLD = "\u001b[1m";
  private static final String YELLOW = "\u001b[33m";
  private static final String DIM = "\u001b[2m";
  private static final String RESET = "\u001b[0m";

  private final ReportOptions options;
  private final Writer out;

  TextPage(ReportOptions options, Writer out) {
    this.options = options;
    this.out = out;
  }

  void title(String text) throws IOException {
    wrapped("", text, DIM);
  }

  void headline(String text) throws IOException {
    wrapped("", text, BOLD);
  }

  void heading(String text) throws IOException {
    out.write('\n');
    wrapped("", text, BOLD);
  }

  void item(String mark, String text) throws IOException {
    wrapped(mark, text, "");
  }

  void caution(String mark, String text) throws IOException {
    wrapped(mark, text, YELLOW);
  }

  void line(String text) throws IOException {
    wrapped("", text, "");
  }

  /** A heading and its table, or nothing where the table has no row. */
  void table(String heading, TextTable table) throws IOException {
    if (!table.isEmpty()) {
      heading(heading);
      out.write(table.asText(options.columns()));
    }
  }

  /** Writes text after a mark, broken at blanks, continuation lines indented like the first. */
  private void wrapped(String mark, String text, String colour) throws IOException {
    int room = options.columns() - mark.length();
    StringBuilder line = new StringBuilder();
    String indent = mark;
    for (String word : VisibleText.of(text).split(" ", -1)) {
      String rest = word;
      if (!line.isEmpty() && line.length() + 1 + rest.length() > room) {
        put(indent, line, colour);
        indent = " ".repeat(mark.length());
      } else if (!line.isEmpty()) {
        line.append(' ');
      }
      while (line.length() + rest.length() > room) {
        int cut = room - line.length();
        line.append(rest, 0, cut);
        put(indent, line, colour);
        indent = " ".repeat(mark.length());
        rest = rest.substring(cut);
      }
      line.append(rest);
    }
    put(indent, line, colour);
  }

  private void put(String indent, StringBuilder line, String colour) throws IOException {
    boolean coloured = options.colour() && !colour.isEmpty();
    out.write(indent + (coloured ? colour : "") + line + (coloured ? RESET : "") + "\n");
    line.setLength(0);
  }
}
