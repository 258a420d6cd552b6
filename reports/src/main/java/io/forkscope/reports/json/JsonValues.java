package io.forkscope.reports.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.forkscope.core.verdict.PageMap;
import io.forkscope.reports.ReportException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON into plain values: Map, List, String, Long, Double, Boolean and {@link #NULL}. The
 * runs of a page map, of which there may be a million, become {@link PageMap.Run} as they are met.
 */
final class JsonValues {

  /** What stands for JSON's null. */
  static final Object NULL = new Object();

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final String file;
  private final JsonParser parser;

  private JsonValues(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Reads the one value of a document; anything after it is an error. */
  static Object read(String file, InputStream in) throws IOException, ReportException {
    try (JsonParser parser = FACTORY.createParser(in)) {
      return new JsonValues(file, parser).document();
    } catch (JsonEOFException e) {
      throw new ReportException(file, place(e), "ends too early; the file is truncated");
    } catch (JsonProcessingException e) {
      // between two entries of an array Jackson reports the end without a JsonEOFException
      throw new ReportException(
          file,
          place(e),
          firstLine(e).contains("end-of-input")
              ? "ends too early; the file is truncated"
              : "is not JSON: " + firstLine(e));
    } catch (java.io.CharConversionException e) {
      throw new ReportException(file, "", "is not JSON: it is not UTF-8 text");
    }
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }

  private static String firstLine(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("unreadable");
  }

  private Object document() throws IOException, ReportException {
    if (parser.nextToken() == null) {
      throw new ReportException(file, "", "is empty");
    }
    Object value = value("");
    if (parser.nextToken() != null) {
      throw new ReportException(file, here(), "goes on after the end of the JSON");
    }
    return value;
  }

  private Object value(String path) throws IOException, ReportException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(path);
      case START_ARRAY -> path.equals("pageMap.runs") ? runs() : array(path);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> integer(path);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> NULL;
      default -> throw new ReportException(file, here(), "unexpected " + parser.currentToken());
    };
  }

  private Map<String, Object> object(String path) throws IOException, ReportException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      fields.put(key, value(path.isEmpty() ? key : path + "." + key));
    }
    return fields;
  }

  private List<Object> array(String path) throws IOException, ReportException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(path + "[" + items.size() + "]"));
    }
    return items;
  }

  private long integer(String path) throws IOException, ReportException {
    try {
      return parser.getLongValue();
    } catch (InputCoercionException e) {
      throw new ReportException(file, path, "the number does not fit in 64 bits");
    }
  }

  private List<PageMap.Run> runs() throws IOException, ReportException {
    List<PageMap.Run> runs = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String path = "pageMap.runs[" + runs.size() + "]";
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw new ReportException(file, path, "is not a list of six values");
      }
      runs.add(run(path));
    }
    return runs;
  }

  private PageMap.Run run(String path) throws IOException, ReportException {
    if (parser.nextToken() != JsonToken.VALUE_STRING) {
      throw new ReportException(file, path, "does not begin with an address as text");
    }
    long address = Fields.address(file, path, parser.getText());
    long pages = item(path);
    int region = index(path);
    int cause = index(path);
    int epoch = index(path);
    int objectKind = index(path);
    if (parser.nextToken() != JsonToken.END_ARRAY) {
      throw new ReportException(file, path, "is not a list of six values");
    }
    return new PageMap.Run(address, pages, region, cause, epoch, objectKind);
  }

  private long item(String path) throws IOException, ReportException {
    if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
      throw new ReportException(file, path, "is not a list of an address and five whole numbers");
    }
    return integer(path);
  }

  private int index(String path) throws IOException, ReportException {
    long index = item(path);
    if (index < -1 || index > Integer.MAX_VALUE) {
      throw new ReportException(file, path, index + " is no index");
    }
    return (int) index;
  }

  private String here() {
    return "line "
        + parser.currentLocation().getLineNr()
        + ", column "
        + parser.currentLocation().getColumnNr();
  }
}
