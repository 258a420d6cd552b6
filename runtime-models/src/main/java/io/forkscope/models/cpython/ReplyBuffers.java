package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Value;

/**
 * The blocks that the text of a reply grows through. Since 3.12 the encoder of json writes into one
 * {@code _PyUnicodeWriter}, whose buffer grows by a quarter more than it needs each time it is full
 * (3.12 Objects/unicodeobject.c, {@code _PyUnicodeWriter_PrepareInternal}); each growth moves it to
 * a block of another size class, up to 512 bytes. A class that no reply of one record needs lies in
 * pools that the interpreter's own first request has not touched.
 */
final class ReplyBuffers {

  /**
   * Classes of long replies beside those of one record's, when {@code serve.buffers} was measured:
   * 29 and 7.
   */
  static final int MEASURED = 22;

  /** Records after which the text of a reply is beyond the largest class. */
  static final int MOST_RECORDS = 16;

  private static final int LARGEST = 512;
  private static final int CLASS_BYTES = 16;

  private final CPythonLayout layout;
  private long ofOneRecord;
  private long visited;
  private int length;
  private int room;
  private boolean first;

  ReplyBuffers(CPythonLayout layout) {
    this.layout = layout;
  }

  /** A reply begins. */
  void begin() {
    length = 0;
    room = 0;
    first = true;
    write(1);
  }

  /** A record's id, name, tags and x, as {@code serve} encodes them. */
  void record(Node id, Node name, Node tags, Node x, long element) {
    if (!first) {
      write(2);
    }
    write(1);
    member("id", id.value, element, false);
    member("name", name.value, element, true);
    member("tags", tags.value, element, true);
    member("x", x.value, element, true);
    write(1);
    first = false;
  }

  /** Classes that replies of more records have needed so far, beside those of one record. */
  int more() {
    return Long.bitCount(visited & ~ofOneRecord);
  }

  private void member(String key, Value value, long element, boolean separated) {
    if (separated) {
      write(2);
    }
    write(key.length() + 2);
    write(2);
    value(value, element);
  }

  private void value(Value value, long element) {
    long modulo = Long.parseLong(value.attribute("modulo", "0"));
    long number = modulo > 0 ? element % modulo : element;
    switch (value.kind()) {
      case "int" ->
          write(Long.toString(Long.parseLong(value.attribute("from", "0")) + number).length());
      case "float" ->
          write(
              Double.toString(Double.parseDouble(value.attribute("from", "0")) + element).length());
      case "str" -> write(TextFormat.of(value.attribute("format", "%d")).characters(number) + 2);
      case "list" -> {
        write(1);
        for (int i = 0; i < value.parts().size(); i++) {
          if (i > 0) {
            write(2);
          }
          value(value.parts().get(i), element);
        }
        write(1);
      }
      default -> write(4); // null and true; what else json takes is not told apart
    }
  }

  private void write(int characters) {
    length += characters;
    if (length > room) {
      room = length + length / 4;
      int bytes = layout.strBytes(room, 'z');
      if (bytes <= LARGEST) {
        long visiting = 1L << ((bytes - 1) / CLASS_BYTES);
        visited |= visiting;
        ofOneRecord |= first ? visiting : 0;
      }
    }
  }
}
