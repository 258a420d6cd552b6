package io.forkscope.reports.text;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import io.forkscope.reports.internal.VisibleText;
import java.util.ArrayList;
import java.util.List;

/**
 * One table: names on the left, numbers on the right. The first column is wrapped so that no line
 * exceeds the width.
 */
final class TextTable {

  private static final int MIN_NAME_COLUMNS = 10;

  private final String[] headers;
  private final List<String[]> rows = new ArrayList<>();

  TextTable(String... headers) {
    this.headers = headers;
  }

  /** Adds a row with as many cells as there are headers. */
  void row(String... cells) {
    if (cells.length != headers.length) {
      throw new IllegalArgumentException(cells.length + " cells under " + headers.length);
    }
    for (int i = 0; i < cells.length; i++) {
      cells[i] = VisibleText.of(cells[i]);
    }
    rows.add(cells);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The table with a line end after each line, none of them longer than {@code columns}. */
  String asText(int columns) {
    Column[] layout = new Column[headers.length];
    int others = 1; // the border at the left
    for (int i = 1; i < headers.length; i++) {
      int width = width(i);
      others += width + 3; // a blank at each side and the border
      layout[i] =
          new Column()
              .header(headers[i])
              .headerAlign(HorizontalAlign.RIGHT)
              .dataAlign(HorizontalAlign.RIGHT)
              .maxWidth(width + 2);
    }
    int nameColumns = Math.max(MIN_NAME_COLUMNS, Math.min(width(0), columns - others - 3));
    layout[0] =
        new Column()
            .header(headers[0])
            .headerAlign(HorizontalAlign.LEFT)
            .dataAlign(HorizontalAlign.LEFT)
            .maxWidth(nameColumns + 2, OverflowBehaviour.NEWLINE);
    return AsciiTable.builder()
            .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
            .lineSeparator("\n")
            .data(layout, rows.toArray(String[][]::new))
            .asString()
        + "\n";
  }

  private int width(int column) {
    int width = headers[column].length();
    for (String[] row : rows) {
      width = Math.max(width, row[column].length());
    }
    return width;
  }
}
