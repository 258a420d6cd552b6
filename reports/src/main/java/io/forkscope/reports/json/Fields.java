package io.forkscope.reports.json;

import io.forkscope.reports.ReportException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * The fields of one JSON object, taken by name and type. Every error names the file and the key.
 * Keys nobody took are told to {@code unknown}.
 */
final class Fields {

  /** Beyond this, neither a double nor a script in a browser counts exactly. */
  private static final long MAX_COUNT = 1L << 53;

  private final String file;
  private final String path;
  private final Map<String, Object> left;
  private final SortedSet<String> unknown;

  private Fields(String file, String path, Map<String, Object> fields, SortedSet<String> unknown) {
    this.file = file;
    this.path = path;
    this.left = fields;
    this.unknown = unknown;
  }

  /** The fields of a value that must be an object. */
  static Fields of(String file, String path, Object value, SortedSet<String> unknown)
      throws ReportException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new ReportException(file, path, "is not a JSON object");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((key, field) -> fields.put(String.valueOf(key), field));
    return new Fields(file, path, fields, unknown);
  }

  /** Makes a value of the fields of one object. */
  interface Maker<T> {
    T make(Fields fields) throws ReportException;
  }

  /** Makes a value of these fields themselves, and tells {@code unknown} what is left. */
  <T> T root(Maker<T> maker) throws ReportException {
    return finish(maker, this);
  }

  <T> T object(String key, Maker<T> maker) throws ReportException {
    return make(at(key), take(key), maker);
  }

  /** An object, or what stands for it where the file says null. */
  <T> T objectOr(String key, Maker<T> maker, T otherwise) throws ReportException {
    if (left.get(key) == JsonValues.NULL) {
      left.remove(key);
      return otherwise;
    }
    return object(key, maker);
  }

  /** The objects of a list that files of an earlier Forkscope do not have. */
  <T> List<T> objectsIfThere(String key, Maker<T> maker) throws ReportException {
    return left.containsKey(key) ? objects(key, maker) : List.of();
  }

  <T> List<T> objects(String key, Maker<T> maker) throws ReportException {
    List<T> made = new ArrayList<>();
    List<?> items = list(key);
    for (int i = 0; i < items.size(); i++) {
      made.add(make(at(key) + "[" + i + "]", items.get(i), maker));
    }
    return made;
  }

  private <T> T make(String where, Object value, Maker<T> maker) throws ReportException {
    return finish(maker, of(file, where, value, unknown));
  }

  private <T> T finish(Maker<T> maker, Fields fields) throws ReportException {
    T made;
    try {
      made = maker.make(fields);
    } catch (IllegalArgumentException e) {
      throw new ReportException(file, fields.path, String.valueOf(e.getMessage()));
    }
    fields.left.keySet().forEach(key -> unknown.add(fields.at(key).replaceAll("\\[\\d+]", "[]")));
    return made;
  }

  List<?> list(String key) throws ReportException {
    if (take(key) instanceof List<?> list) {
      return list;
    }
    throw wrong(key, "is not a list");
  }

  List<String> texts(String key) throws ReportException {
    List<String> texts = new ArrayList<>();
    for (Object item : list(key)) {
      if (!(item instanceof String text)) {
        throw wrong(key, "holds something that is not text");
      }
      texts.add(text);
    }
    return texts;
  }

  List<Long> counts(String key) throws ReportException {
    List<Long> counts = new ArrayList<>();
    for (Object item : list(key)) {
      if (!(item instanceof Long count)) {
        throw wrong(key, "holds something that is not a count");
      }
      counts.add(count(key, count));
    }
    return counts;
  }

  Map<String, String> textMap(String key) throws ReportException {
    Map<String, String> texts = new LinkedHashMap<>();
    Fields fields = of(file, at(key), take(key), unknown);
    for (Map.Entry<String, Object> field : fields.left.entrySet()) {
      if (!(field.getValue() instanceof String text)) {
        throw wrong(key + "." + field.getKey(), "is not text");
      }
      texts.put(field.getKey(), text);
    }
    return texts;
  }

  String text(String key) throws ReportException {
    if (take(key) instanceof String text) {
      return text;
    }
    throw wrong(key, "is not text");
  }

  boolean flag(String key) throws ReportException {
    if (take(key) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, "is neither true nor false");
  }

  long integer(String key) throws ReportException {
    if (take(key) instanceof Long number) {
      return number;
    }
    throw wrong(key, "is not a whole number");
  }

  long count(String key) throws ReportException {
    return count(key, integer(key));
  }

  private long count(String key, long count) throws ReportException {
    if (count < 0) {
      throw wrong(key, "is negative: " + count);
    }
    if (count > MAX_COUNT) {
      throw wrong(key, "is more than 2^53: " + count);
    }
    return count;
  }

  /** A count, or -1 where the file says null. */
  long countOrNull(String key) throws ReportException {
    if (left.get(key) == JsonValues.NULL) {
      left.remove(key);
      return -1;
    }
    return count(key);
  }

  double ratio(String key) throws ReportException {
    Object value = take(key);
    double ratio = value instanceof Double d ? d : value instanceof Long whole ? whole : Double.NaN;
    if (!(ratio >= 0 && ratio <= 1)) {
      throw wrong(key, "is not a number from 0 to 1");
    }
    return ratio;
  }

  long address(String key) throws ReportException {
    return address(file, at(key), text(key));
  }

  static long address(String file, String path, String text) throws ReportException {
    if (!text.matches("0x[0-9a-f]{1,16}")) {
      throw new ReportException(file, path, "is not an address such as 0x7f12a000");
    }
    return Long.parseUnsignedLong(text, 2, text.length(), 16);
  }

  <E extends Enum<E>> E constant(String key, Class<E> type) throws ReportException {
    String text = text(key);
    for (E constant : type.getEnumConstants()) {
      if (VerdictWriter.lower(constant).equals(text)) {
        return constant;
      }
    }
    throw wrong(key, "is none of the words known here");
  }

  /** Leaves out a key that follows from others. */
  void derived(String key) {
    left.remove(key);
  }

  private Object take(String key) throws ReportException {
    Object value = left.remove(key);
    if (value == null) {
      throw wrong(key, "is missing");
    }
    return value;
  }

  ReportException wrong(String key, String reason) {
    return new ReportException(file, at(key), reason);
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
