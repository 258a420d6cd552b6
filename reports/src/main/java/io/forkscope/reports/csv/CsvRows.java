package io.forkscope.reports.csv;

import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Rows about one subject after the other. */
final class CsvRows {

  private static final int RATIO_DECIMALS = 6;

  private final Writer out;
  private String table = "";
  private String subject = "";
  private String detail = "";

  CsvRows(Writer out) {
    this.out = out;
  }

  void header() throws IOException {
    out.write("table,subject,detail,epoch,measure,unit,value\r\n");
  }

  /** What the next rows are about. */
  void subject(String newTable, String newSubject, String newDetail) {
    table = newTable;
    subject = newSubject;
    detail = newDetail;
  }

  void pages(String measure, long pages) throws IOException {
    row("", measure, "pages", Long.toString(pages));
  }

  void pagesAt(long epoch, String measure, long pages) throws IOException {
    row(Long.toString(epoch), measure, "pages", Long.toString(pages));
  }

  void count(String measure, String unit, long count) throws IOException {
    row("", measure, unit, Long.toString(count));
  }

  void ratio(String measure, double ratio) throws IOException {
    BigDecimal value = new BigDecimal(ratio).setScale(RATIO_DECIMALS, RoundingMode.HALF_EVEN);
    row("", measure, "ratio", value.toPlainString());
  }

  private void row(String epoch, String measure, String unit, String value) throws IOException {
    out.write(
        String.join(",", field(table), field(subject), field(detail), epoch, measure, unit, value)
            + "\r\n");
  }

  static String field(String text) {
    String safe = startsFormula(text) ? "'" + text : text;
    boolean quote =
        safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n' || c == '\'');
    return quote ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }

  /** What OWASP lists as the beginnings of a formula, blanks before them included. */
  private static boolean startsFormula(String text) {
    String start = text.stripLeading();
    return !text.isEmpty()
        && ("\t\r\n".indexOf(text.charAt(0)) >= 0
            || (!start.isEmpty() && "=+-@\uFF1D\uFF0B\uFF0D\uFF20".indexOf(start.charAt(0)) >= 0));
  }
}
