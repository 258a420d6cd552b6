package io.forkscope.models.lua;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The short form of Lua cases, {@code builder.action[.modifier…]}, and what it spells out to. */
final class LuaCases {

  static final String DATA = "data";

  private static final Map<String, Builder> BUILDERS = builders();
  private static final Map<String, Step> ACTIONS = actions();
  private static final Map<String, String> MODIFIERS =
      new TreeMap<>(
          Map.of(
              "pregc", "collectgarbage() before the fork",
              "stop", "collectgarbage('stop') before the fork",
              "gen", "the generational collector, as the command has it anyway",
              "inc", "the incremental collector from the start",
              "holes", "only every second element is kept"));

  private LuaCases() {}

  /** How a population is made. */
  private record Builder(String holder, Value of) {}

  static Scenario expand(String caseName, String version, long count) {
    String[] words = caseName.split("\\.", -1);
    if (words.length < 2) {
      throw new IllegalArgumentException(
          "case " + caseName + " is not of the form builder.action[.modifier…]");
    }
    Builder builder = Nearest.known("builder", words[0], BUILDERS);
    Step action = Nearest.known("action", words[1], ACTIONS);
    List<String> modifiers = List.of(words).subList(2, words.length);
    modifiers.forEach(modifier -> Nearest.known("modifier", modifier, MODIFIERS));
    boolean hasData = !words[0].equals("nothing");
    int keepEvery = modifiers.contains("holes") ? 2 : 1;
    return new Scenario(
        caseName,
        "lua",
        version,
        modifiers.contains("inc") ? Map.of("collector", "incremental") : Map.of(),
        hasData
            ? List.of(new Population(DATA, builder.holder(), builder.of(), count, -1, keepEvery))
            : List.of(),
        preparations(modifiers),
        new ForkPlan(1, ForkPlan.Acting.CHILDREN),
        List.of(hasData || action.target().isEmpty() ? action : new Step("nothing", Map.of())),
        Requests.ONCE,
        1);
  }

  private static List<Step> preparations(List<String> modifiers) {
    List<Step> steps = new ArrayList<>();
    if (modifiers.contains("pregc")) {
      steps.add(new Step("collect", Map.of()));
    }
    if (modifiers.contains("stop")) {
      steps.add(new Step("stop", Map.of()));
    }
    return steps;
  }

  private static Map<String, Builder> builders() {
    Value number = value("int", Map.of());
    Value key = value("string", Map.of("format", "key-%09d"));
    Value name = value("string", Map.of("format", "u%d"));
    Map<String, Builder> words = new LinkedHashMap<>();
    words.put("nothing", new Builder("list", number));
    words.put("strs", new Builder("list", key));
    words.put(
        "longstrs", new Builder("list", value("string", Map.of("format", "%09d", "repeat", "20"))));
    words.put("ints", new Builder("list", value("int", Map.of("from", "100000"))));
    words.put("floats", new Builder("list", value("float", Map.of())));
    words.put("tables", new Builder("list", value("table", Map.of(), number)));
    words.put(
        "records", new Builder("list", value("record", Map.of("keys", "id,name"), number, name)));
    words.put("closures", new Builder("list", value("closure", Map.of())));
    words.put("hash", new Builder("map", value("pair", Map.of(), key, number)));
    return words;
  }

  private static Value value(String kind, Map<String, String> attributes, Value... parts) {
    return new Value(kind, attributes, List.of(parts));
  }

  private static Map<String, Step> actions() {
    Map<String, Step> words = new LinkedHashMap<>();
    on(words, "noop", "nothing");
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
    words.put(name, new Step(verb, verb.equals("nothing") ? Map.of() : Map.of("on", DATA)));
  }

  static List<Word> builderWords() {
    return BUILDERS.entrySet().stream()
        .map(
            entry ->
                Vocabulary.word(
                    entry.getKey(),
                    entry.getKey().equals("nothing")
                        ? "no population"
                        : "a " + entry.getValue().holder() + " of " + entry.getValue().of().kind()))
        .toList();
  }

  static List<Word> actionWords() {
    return ACTIONS.entrySet().stream()
        .map(entry -> Vocabulary.word(entry.getKey(), "the action " + entry.getValue().verb()))
        .toList();
  }

  static List<Word> modifierWords() {
    return MODIFIERS.entrySet().stream()
        .map(entry -> Vocabulary.word(entry.getKey(), entry.getValue()))
        .toList();
  }
}
