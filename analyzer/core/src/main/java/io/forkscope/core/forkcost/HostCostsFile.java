package io.forkscope.core.forkcost;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forkscope.core.memory.PageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A calibration as a JSON file, so that it is made once a host. */
public final class HostCostsFile {

  private static final String SCHEMA = "forkscope.host-costs";

  /** 4 had the fastest runs, 3 medians; 2 and 1 had a line for each page size, no curves. */
  private static final int VERSION = 5;

  /** A calibration has a few thousand bytes; more is something else. */
  private static final long MOST_BYTES = 1 << 16;

  private HostCostsFile() {}

  /** The text of a calibration. */
  public static String write(HostCosts costs) {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("schema", SCHEMA).put("schemaVersion", VERSION).put("host", costs.host());
    root.put("fixedNanos", costs.fixedNanos()).put("mappingNanos", costs.mappingNanos());
    root.put("execNanos", costs.execNanos()).put("vforkExecNanos", costs.vforkExecNanos());
    root.put("posixSpawnNanos", costs.posixSpawnNanos());
    root.put("spread", costs.spread());
    ObjectNode pages = root.putObject("pages");
    costs
        .pages()
        .forEach(
            (size, page) -> {
              ObjectNode node = pages.putObject(size.name());
              putCurve(node.putArray("written"), page.written());
              putCurve(node.putArray("kept"), page.kept());
              node.put("copyNanos", page.copyNanos()).put("reuseNanos", page.reuseNanos());
            });
    return root.toPrettyString() + "\n";
  }

  private static void putCurve(ArrayNode points, ForkCurve curve) {
    curve.points().forEach(p -> points.addObject().put("pages", p.pages()).put("nanos", p.nanos()));
  }

  /**
   * Reads a calibration.
   *
   * @throws IllegalArgumentException in one line if the file is not a calibration
   */
  public static HostCosts read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw refusal(file, "it is larger than " + MOST_BYTES + " bytes");
    }
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw refusal(file, "it is not JSON");
    }
    if (!root.path("schema").asText().equals(SCHEMA)
        || root.path("schemaVersion").asInt() != VERSION) {
      throw refusal(file, "its schema is not " + SCHEMA + " version " + VERSION);
    }
    return costs(file, root);
  }

  private static HostCosts costs(Path file, JsonNode root) {
    Map<PageSize, PageCosts> pages = new EnumMap<>(PageSize.class);
    for (PageSize size : PageSize.values()) {
      JsonNode page = root.path("pages").path(size.name());
      if (!page.isMissingNode()) {
        pages.put(
            size,
            new PageCosts(
                curve(file, page.path("written")),
                curve(file, page.path("kept")),
                number(file, page, "copyNanos"),
                number(file, page, "reuseNanos")));
      }
    }
    return new HostCosts(
        root.path("host").asText(),
        true,
        number(file, root, "fixedNanos"),
        number(file, root, "mappingNanos"),
        number(file, root, "execNanos"),
        number(file, root, "vforkExecNanos"),
        number(file, root, "posixSpawnNanos"),
        number(file, root, "spread"),
        pages);
  }

  private static ForkCurve curve(Path file, JsonNode points) {
    List<ForkCurve.Point> curve = new ArrayList<>();
    try {
      for (JsonNode point : points) {
        curve.add(new ForkCurve.Point(point.path("pages").asLong(), number(file, point, "nanos")));
      }
      return new ForkCurve(curve);
    } catch (IllegalArgumentException e) {
      throw refusal(file, "its points of forks are no numbers that grow");
    }
  }

  private static double number(Path file, JsonNode node, String field) {
    double value = node.path(field).asDouble(-1);
    if (!(value >= 0 && value <= 1e15)) {
      throw refusal(file, field + " is not a number from 0 on");
    }
    return value;
  }

  private static IllegalArgumentException refusal(Path file, String why) {
    return new IllegalArgumentException(
        file + ": not a calibration: " + why + "; make one with 'forkscope calibrate'");
  }
}
