package io.forkscope.reports.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forkscope.core.verdict.MitigationEffect;
import io.forkscope.core.verdict.MitigationEffect.Change;
import io.forkscope.reports.ReportException;
import java.io.IOException;

/** The JSON form of what a mitigation changes, in both directions; keys sorted. */
final class MitigationJson {

  private MitigationJson() {}

  static void write(JsonGenerator json, MitigationEffect effect) throws IOException {
    json.writeStartObject();
    json.writeStringField("case", effect.caseName());
    json.writeStringField("cost", effect.cost());
    json.writeStringField("evidence", effect.evidence());
    json.writeArrayFieldStart("ids");
    for (String id : effect.ids()) {
      json.writeString(id);
    }
    json.writeEndArray();
    json.writeFieldName("measured");
    if (effect.measured().isPresent()) {
      write(json, effect.measured().get());
    } else {
      json.writeNull();
    }
    json.writeFieldName("predicted");
    write(json, effect.predicted());
    json.writeStringField("refusal", effect.refusal());
    json.writeStringField("runtime", effect.runtime());
    json.writeStringField("sentence", effect.sentence());
    json.writeStringField("version", effect.version());
    json.writeBooleanField("whatIf", effect.whatIf());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Change change) throws IOException {
    json.writeStartObject();
    json.writeNumberField("familyGivenBackPages", change.familyGivenBackPages());
    json.writeNumberField("familyPages", change.familyPages());
    json.writeNumberField("familyWithoutPages", change.familyWithoutPages());
    json.writeNumberField("givenBackPages", change.givenBackPages());
    json.writeStringField("judgement", VerdictWriter.lower(change.judgement()));
    json.writeNumberField("lostPages", change.lostPages());
    json.writeNumberField("lostWithoutPages", change.lostWithoutPages());
    json.writeEndObject();
  }

  static MitigationEffect read(Fields f) throws ReportException {
    return new MitigationEffect(
        f.text("case"),
        f.text("runtime"),
        f.text("version"),
        f.texts("ids"),
        f.text("sentence"),
        f.text("cost"),
        f.text("evidence"),
        f.flag("whatIf"),
        f.text("refusal"),
        f.object("predicted", MitigationJson::change),
        f.objectOr("measured", MitigationJson::change, Change.NOT_MEASURED));
  }

  private static Change change(Fields f) throws ReportException {
    f.derived("familyGivenBackPages");
    f.derived("givenBackPages");
    f.derived("judgement");
    return new Change(
        f.count("lostWithoutPages"),
        f.count("lostPages"),
        f.count("familyWithoutPages"),
        f.count("familyPages"));
  }
}
