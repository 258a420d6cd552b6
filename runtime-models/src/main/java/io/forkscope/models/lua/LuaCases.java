package io.forkscope.models.lua;

import static io.forkscope.models.ShortForm.onData;
import static io.forkscope.models.ShortForm.value;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.ShortForm;
import io.forkscope.models.ShortForm.Contents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The short form of Lua cases, {@code builder.action[.modifier…]}, and what it spells out to. */
final class LuaCases {

  static final ShortForm FORM =
      new ShortForm(
          builders(),
          actions(),
          Map.of(
              "pregc", "collectgarbage() before the fork",
              "stop", "collectgarbage('stop') before the fork",
              "gen", "the generational collector, as the command has it anyway",
              "inc", "the incremental collector from the start",
              "holes", "only every second element is kept"));

  private LuaCases() {}

  static Scenario expand(String caseName, String version, long count) {
    ShortForm.Case read = FORM.read(caseName);
    return read.scenario(
        "lua",
        version,
        options(read, count),
        read.populations(count, -1, read.has("holes") ? 2 : 1),
        preparations(read));
  }

  private static Map<String, String> options(ShortForm.Case read, long count) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put(LuaScriptStart.ARGUMENTS, read.name() + " " + count);
    if (read.has("inc")) {
      options.put("collector", "incremental");
    }
    return options;
  }

  private static List<Step> preparations(ShortForm.Case read) {
    List<Step> steps = new ArrayList<>();
    if (read.has("pregc")) {
      steps.add(new Step("collect", Map.of()));
    }
    if (read.has("stop")) {
      steps.add(new Step("stop", Map.of()));
    }
    return steps;
  }

  private static Map<String, Contents> builders() {
    Value number = value("int", Map.of());
    Value key = value("string", Map.of("format", "key-%09d"));
    Value name = value("string", Map.of("format", "u%d"));
    Map<String, Contents> words = new LinkedHashMap<>();
    words.put("nothing", new Contents("list", number));
    words.put("strs", new Contents("list", key));
    words.put(
        "longstrs",
        new Contents("list", value("string", Map.of("format", "%09d", "repeat", "20"))));
    words.put("ints", new Contents("list", value("int", Map.of("from", "100000"))));
    words.put("floats", new Contents("list", value("float", Map.of())));
    words.put("tables", new Contents("list", value("table", Map.of(), number)));
    words.put(
        "records", new Contents("list", value("record", Map.of("keys", "id,name"), number, name)));
    words.put("closures", new Contents("list", value("closure", Map.of())));
    words.put("hash", new Contents("map", value("pair", Map.of(), key, number)));
    return words;
  }

  private static Map<String, Step> actions() {
    Map<String, Step> words = new LinkedHashMap<>();
    words.put("noop", new Step("nothing", Map.of()));
    on(words, "each", "iterate");
    on(words, "pairs", "iterate-pairs");
    on(words, "len", "length");
    on(words, "get", "lookup");
    on(words, "deref", "index-inner");
    on(words, "askey", "as-key");
    words.put("gc", new Step("collect", Map.of()));
    words.put("alloc", new Step("allocate", Map.of("count", "200000")));
    words.put("keep", new Step("allocate", Map.of("count", "200000", "keep", "yes")));
    words.put(
        "newstrs", new Step("allocate", Map.of("count", "200000", "keep", "yes", "of", "string")));
    words.put("step", new Step("step", Map.of()));
    for (String same :
        List.of(
            "index",
            "count",
            "field",
            "setfield",
            "contains",
            "sum",
            "max",
            "assign",
            "sort",
            "copy",
            "keys",
            "values",
            "concat",
            "find",
            "upper",
            "append",
            "tostring",
            "call",
            "clear",
            "drop",
            "sample")) {
      on(
          words,
          same,
          switch (same) {
            case "field" -> "read-field";
            case "setfield" -> "write-field";
            default -> same;
          });
    }
    return words;
  }

  private static void on(Map<String, Step> words, String name, String verb) {
    words.put(name, onData(verb));
  }
}
