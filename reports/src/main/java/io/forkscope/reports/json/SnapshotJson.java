package io.forkscope.reports.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forkscope.core.verdict.SnapshotCost;
import io.forkscope.core.verdict.SnapshotCost.Cost;
import io.forkscope.reports.ReportException;
import java.io.IOException;

/** The JSON form of what a snapshot costs, in both directions; keys sorted. */
final class SnapshotJson {

  private SnapshotJson() {}

  static void write(JsonGenerator json, SnapshotCost snapshot) throws IOException {
    json.writeStartObject();
    json.writeStringField("case", snapshot.caseName());
    json.writeFieldName("measured");
    if (snapshot.measured().isPresent()) {
      write(json, snapshot.measured().get());
    } else {
      json.writeNull();
    }
    json.writeFieldName("predicted");
    write(json, snapshot.predicted());
    json.writeNumberField("requests", snapshot.requests());
    json.writeNumberField("requestsPerSecond", snapshot.requestsPerSecond());
    json.writeStringField("runtime", snapshot.runtime());
    json.writeStringField("version", snapshot.version());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Cost cost) throws IOException {
    json.writeStartObject();
    json.writeNumberField("cowPages", cost.cowPages());
    json.writeNumberField("forkPauseNanos", cost.forkPauseNanos());
    json.writeNumberField("peakPages", cost.peakPages());
    json.writeEndObject();
  }

  static SnapshotCost read(Fields f) throws ReportException {
    return new SnapshotCost(
        f.text("case"),
        f.text("runtime"),
        f.text("version"),
        f.count("requests"),
        f.count("requestsPerSecond"),
        f.object("predicted", SnapshotJson::cost),
        f.objectOr("measured", SnapshotJson::cost, Cost.NOT_MEASURED));
  }

  private static Cost cost(Fields f) throws ReportException {
    return new Cost(f.count("cowPages"), f.count("peakPages"), f.count("forkPauseNanos"));
  }
}
