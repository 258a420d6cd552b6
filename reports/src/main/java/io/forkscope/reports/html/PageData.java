package io.forkscope.reports.html;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.core.verdict.PageMap;
import io.forkscope.core.verdict.Verdict;
import io.forkscope.reports.internal.VisibleText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** The numbers that the page's script draws, as JSON that cannot leave its script element. */
final class PageData {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int MAX_CURVE_POINTS = 1000;

  private final JsonGenerator json;
  private final PanelContext context;

  private PageData(JsonGenerator json, PanelContext context) {
    this.json = json;
    this.context = context;
  }

  static String of(PanelContext context) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      new PageData(json, context).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // These four stand in JSON only inside texts, where an escape means the same.
    return text.toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("'", "\\u0027");
  }

  private void write() throws IOException {
    Verdict verdict = context.verdict();
    json.writeStartObject();
    json.writeFieldName("curve");
    curve(verdict.curve());
    json.writeFieldName("map");
    map(verdict.pageMap(), verdict.curve());
    json.writeEndObject();
  }

  private void curve(ErosionCurve curve) throws IOException {
    List<Integer> points = CurvePoints.pick(curve.epochs().size(), MAX_CURVE_POINTS);
    json.writeStartObject();
    json.writeStringField("label", VisibleText.of(curve.epochLabel()));
    numbers("epochs", curve.epochs(), points);
    numbers("measured", curve.measured(), curve.measured().isEmpty() ? List.of() : points);
    json.writeArrayFieldStart("series");
    for (ErosionCurve.Series series : curve.series()) {
      json.writeStartObject();
      cause(series.causeId());
      numbers("pages", series.pages(), points);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void cause(String id) throws IOException {
    json.writeStringField("id", VisibleText.of(id));
    json.writeStringField("colour", context.palette().cssClass(id));
  }

  private void numbers(String key, List<Long> numbers, List<Integer> points) throws IOException {
    json.writeArrayFieldStart(key);
    for (int point : points) {
      json.writeNumber(numbers.get(point));
    }
    json.writeEndArray();
  }

  private void map(PageMap map, ErosionCurve curve) throws IOException {
    PackedPageMap packed = context.packedMap();
    json.writeStartObject();
    json.writeNumberField("cells", packed.cells());
    json.writeNumberField("shift", packed.shift());
    json.writeBooleanField("hasEpochs", packed.hasEpochs());
    json.writeBooleanField("hasKinds", packed.hasKinds());
    json.writeNumberField("epochDivisor", packed.epochDivisor());
    json.writeArrayFieldStart("epochs");
    for (int i = 0; i < curve.epochs().size(); i += packed.epochDivisor()) {
      json.writeNumber(curve.epochs().get(i));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("causes");
    for (String id : first(map.causeIds(), PageCells.MAX_INDEX)) {
      json.writeStartObject();
      cause(id);
      json.writeEndObject();
    }
    json.writeEndArray();
    texts("kinds", first(map.objectKinds(), PageCells.MAX_INDEX + 1));
    texts("regions", first(map.regionNames(), PageCells.MAX_REGIONS - 1));
    json.writeStringField("data", packed.base64());
    json.writeEndObject();
  }

  private static List<String> first(List<String> texts, int most) {
    return texts.subList(0, Math.min(texts.size(), most));
  }

  private void texts(String key, List<String> texts) throws IOException {
    json.writeArrayFieldStart(key);
    for (String text : texts) {
      json.writeString(VisibleText.of(text));
    }
    json.writeEndArray();
  }
}
