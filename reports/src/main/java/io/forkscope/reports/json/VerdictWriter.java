package io.forkscope.reports.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.forkscope.core.verdict.CauseLoss;
import io.forkscope.core.verdict.Comparison;
import io.forkscope.core.verdict.ErosionCurve;
import io.forkscope.core.verdict.Finding;
import io.forkscope.core.verdict.PageMap;
import io.forkscope.core.verdict.ProcessUsage;
import io.forkscope.core.verdict.Provenance;
import io.forkscope.core.verdict.RegionLoss;
import io.forkscope.core.verdict.Totals;
import io.forkscope.core.verdict.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the JSON form: keys sorted, ratios with exactly six decimals, addresses as hexadecimal
 * text (they may exceed 2^53), enums in lower case, pages of 4 KiB. Equal verdicts give equal
 * characters. {@code verdict.schema.json} beside this class describes the form.
 */
public final class VerdictWriter {

  /** The value of the key {@code schema}. */
  public static final String SCHEMA_NAME = "forkscope.verdict";

  /** Digits after the point of every ratio. */
  static final int RATIO_DECIMALS = 6;

  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private final JsonGenerator json;

  private VerdictWriter(JsonGenerator json) {
    this.json = json;
  }

  /**
   * Writes a verdict and a final line end; does not close the writer.
   *
   * @throws IOException if the writer refuses
   */
  public static void write(Verdict verdict, Writer out) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
      new VerdictWriter(json).verdict(verdict);
    }
    out.write('\n');
  }

  // Every method below writes its keys in alphabetical order; a test holds it.

  private void verdict(Verdict v) throws IOException {
    json.writeStartObject();
    each("cases", v.comparisons(), this::comparison);
    each("causes", v.causes(), this::cause);
    json.writeFieldName("curve");
    curve(v.curve());
    each("findings", v.findings(), this::finding);
    each("mitigations", v.mitigations(), effect -> MitigationJson.write(json, effect));
    json.writeFieldName("pageMap");
    pageMap(v.pageMap());
    each("processes", v.processes(), this::process);
    json.writeFieldName("provenance");
    provenance(v.provenance());
    each("regions", v.regions(), this::region);
    json.writeStringField("schema", SCHEMA_NAME);
    json.writeNumberField("schemaVersion", Verdict.SCHEMA);
    each("snapshots", v.snapshots(), snapshot -> SnapshotJson.write(json, snapshot));
    json.writeStringField("title", v.title());
    json.writeFieldName("totals");
    totals(v.totals());
    json.writeEndObject();
  }

  private void comparison(Comparison c) throws IOException {
    json.writeStartObject();
    each(
        "byCause",
        c.parts().stream().filter(p -> p.by() == Comparison.By.CAUSE).toList(),
        this::part);
    each(
        "byRegion",
        c.parts().stream().filter(p -> p.by() == Comparison.By.REGION).toList(),
        this::part);
    json.writeFieldName("error");
    if (c.errorRatio().isPresent()) {
      json.writeNumber(decimal(c.errorRatio().get()));
    } else {
      json.writeNull();
    }
    measured(c.measuredPages());
    json.writeStringField("name", c.name());
    json.writeStringField("placement", c.placement());
    json.writeNumberField("predicted", c.predicted());
    json.writeNumberField("resident", c.residentPages());
    json.writeStringField("runtime", c.runtime());
    json.writeStringField("version", c.version());
    json.writeEndObject();
  }

  private void part(Comparison.Part p) throws IOException {
    json.writeStartObject();
    measured(p.measuredPages());
    json.writeStringField("name", p.name());
    json.writeNumberField("predicted", p.predicted());
    json.writeEndObject();
  }

  private void measured(long pages) throws IOException {
    if (pages < 0) {
      json.writeNullField("measured");
    } else {
      json.writeNumberField("measured", pages);
    }
  }

  private void cause(CauseLoss c) throws IOException {
    json.writeStartObject();
    json.writeNumberField("brokeFirst", c.brokeFirst());
    ratio("collateralRatio", c.collateralRatio());
    json.writeStringField("explanation", c.explanation());
    json.writeStringField("id", c.id());
    json.writeStringField("kind", c.kind());
    json.writeNumberField("onlyToucher", c.onlyToucher());
    json.writeNumberField("sharedBlame", c.sharedBlame());
    json.writeStringField("source", c.source());
    json.writeNumberField("writtenBytes", c.writtenBytes());
    json.writeEndObject();
  }

  private void curve(ErosionCurve c) throws IOException {
    json.writeStartObject();
    json.writeStringField("epochLabel", c.epochLabel());
    numbers("epochs", c.epochs());
    numbers("measured", c.measured());
    each("series", c.series(), this::series);
    json.writeEndObject();
  }

  private void series(ErosionCurve.Series s) throws IOException {
    json.writeStartObject();
    json.writeStringField("causeId", s.causeId());
    numbers("pages", s.pages());
    json.writeEndObject();
  }

  private void finding(Finding f) throws IOException {
    json.writeStartObject();
    json.writeStringField("basis", lower(f.basis()));
    json.writeStringField("level", lower(f.level()));
    json.writeStringField("text", f.text());
    json.writeEndObject();
  }

  private void pageMap(PageMap m) throws IOException {
    json.writeStartObject();
    texts("causeIds", m.causeIds());
    texts("objectKinds", m.objectKinds());
    texts("regionNames", m.regionNames());
    each("runs", m.runs(), this::run);
    json.writeEndObject();
  }

  private void run(PageMap.Run r) throws IOException {
    json.writeStartArray();
    json.writeString(hex(r.address()));
    json.writeNumber(r.pages());
    json.writeNumber(r.region());
    json.writeNumber(r.cause());
    json.writeNumber(r.epoch());
    json.writeNumber(r.objectKind());
    json.writeEndArray();
  }

  private void process(ProcessUsage p) throws IOException {
    json.writeStartObject();
    json.writeNumberField("copies", p.copies());
    json.writeNumberField("faults", p.faults());
    json.writeStringField("name", p.name());
    json.writeNumberField("pageTableBytes", p.pageTableBytes());
    json.writeNumberField("pssBytes", p.pssBytes());
    json.writeNumberField("rssBytes", p.rssBytes());
    json.writeNumberField("ussBytes", p.ussBytes());
    json.writeEndObject();
  }

  private void provenance(Provenance p) throws IOException {
    json.writeStartObject();
    texts("assumptions", p.assumptions());
    json.writeStringField("fidelity", p.fidelity());
    json.writeStringField("inputName", p.inputName());
    json.writeStringField("inputSha256", p.inputSha256());
    texts("notes", p.notes());
    json.writeNumberField("seed", p.seed());
    json.writeObjectFieldStart("versions");
    for (Map.Entry<String, String> version : p.versions().entrySet()) {
      json.writeStringField(version.getKey(), version.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void region(RegionLoss r) throws IOException {
    json.writeStartObject();
    json.writeStringField("address", hex(r.address()));
    json.writeNumberField("brokenPages", r.brokenPages());
    json.writeNumberField("bytes", r.bytes());
    json.writeStringField("fidelity", r.fidelity());
    json.writeNumberField("grownPages", r.grownPages());
    json.writeStringField("kind", r.kind());
    json.writeStringField("name", r.name());
    json.writeNumberField("residentPages", r.residentPages());
    json.writeEndObject();
  }

  private void totals(Totals t) throws IOException {
    json.writeStartObject();
    json.writeNumberField("brokenPages", t.brokenPages());
    json.writeNumberField("children", t.children());
    json.writeNumberField("copies", t.copies());
    json.writeNumberField("droppedPages", t.droppedPages());
    json.writeNumberField("faults", t.faults());
    json.writeNumberField("forkPages", t.forkPages());
    json.writeNumberField("forkPauseNanos", t.forkPauseNanos());
    json.writeNumberField("grownPages", t.grownPages());
    ratio("lostRatio", t.lostRatio());
    json.writeNumberField("peakPhysicalPages", t.peakPhysicalPages());
    json.writeNumberField("physicalPages", t.physicalPages());
    json.writeNumberField("residentPages", t.residentPages());
    json.writeNumberField("sharablePages", t.sharablePages());
    json.writeNumberField("sleeperPages", t.sleeperPages());
    json.writeEndObject();
  }

  private interface Item<T> {
    void write(T item) throws IOException;
  }

  private <T> void each(String key, List<T> items, Item<T> item) throws IOException {
    json.writeArrayFieldStart(key);
    for (T one : items) {
      item.write(one);
    }
    json.writeEndArray();
  }

  private void texts(String key, List<String> texts) throws IOException {
    each(key, texts, json::writeString);
  }

  private void numbers(String key, List<Long> numbers) throws IOException {
    each(key, numbers, json::writeNumber);
  }

  private void ratio(String key, double ratio) throws IOException {
    json.writeFieldName(key);
    json.writeNumber(decimal(ratio));
  }

  static BigDecimal decimal(double ratio) {
    return new BigDecimal(ratio).setScale(RATIO_DECIMALS, RoundingMode.HALF_EVEN);
  }

  static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
