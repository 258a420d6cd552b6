package io.forkscope.models.php;

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

/** The short form of PHP cases, {@code builder.action[.modifier…]}, and what it spells out to. */
final class PhpCases {

  static final String DATA = "data";

  private static final Map<String, Builder> BUILDERS = builders();
  private static final Map<String, String> ACTIONS = actions();
  private static final Map<String, String> MODIFIERS =
      Map.of(
          "pregc", "gc_collect_cycles() before the fork",
          "warm", "the action is taken on 200 elements before the fork",
          "nogc", "gc_disable() before the fork",
          "holes", "only every second element is kept",
          "shuffled", "the elements are shuffled after they were made",
          "opcache", "opcache is on");

  private PhpCases() {}

  /** How a population is made. */
  private record Builder(String holder, Value of) {}

  static Scenario expand(String caseName, String version, long count) {
    String[] words = caseName.split("\\.", -1);
    if (words.length < 2) {
      throw new IllegalArgumentException(
          "case " + caseName + " is not of the form builder.action[.modifier…]");
    }
    Builder builder = Nearest.known("builder", words[0], BUILDERS);
    String verb = Nearest.known("action", words[1], ACTIONS);
    List<String> modifiers = List.of(words).subList(2, words.length);
    modifiers.forEach(modifier -> Nearest.known("modifier", modifier, MODIFIERS));
    boolean hasData = !words[0].equals("nothing");
    int keepEvery = modifiers.contains("holes") ? 2 : 1;
    return new Scenario(
        caseName,
        "php",
        version,
        modifiers.contains("opcache") ? Map.of("opcache", "on") : Map.of(),
        hasData
            ? List.of(
                new Population(
                    DATA,
                    builder.holder(),
                    builder.of(),
                    count,
                    modifiers.contains("shuffled") ? 1 : -1,
                    keepEvery))
            : List.of(),
        preparations(modifiers),
        new ForkPlan(1, ForkPlan.Acting.CHILDREN),
        List.of(action(verb, hasData)),
        Requests.ONCE,
        1);
  }

  private static Step action(String verb, boolean hasData) {
    if (List.of("collect", "allocate", "allocate-free", "include", "nothing").contains(verb)) {
      return new Step(verb, Map.of());
    }
    return hasData ? new Step(verb, Map.of("on", DATA)) : new Step("nothing", Map.of());
  }

  private static List<Step> preparations(List<String> modifiers) {
    List<Step> steps = new ArrayList<>();
    if (modifiers.contains("nogc")) {
      steps.add(new Step("disable-collector", Map.of()));
    }
    if (modifiers.contains("pregc")) {
      steps.add(new Step("collect", Map.of()));
    }
    if (modifiers.contains("warm")) {
      steps.add(new Step("warm-up", Map.of("count", "200")));
    }
    return steps;
  }

  private static Map<String, Builder> builders() {
    Value number = value("int", Map.of());
    Value key = value("string", Map.of("format", "key-%09d"));
    Value tags =
        value(
            "array",
            Map.of(),
            value("literal", Map.of("text", "t")),
            value("string", Map.of("by", "concat", "format", "x%d")));
    Value json =
        value(
            "hash",
            Map.of("keys", "id,name,tags,pos"),
            number,
            value("string", Map.of("by", "concat", "format", "user-%d")),
            tags,
            value("hash", Map.of("keys", "x"), value("float", Map.of())));
    Map<String, Builder> words = new LinkedHashMap<>();
    words.put("nothing", list(number));
    words.put("ints", list(value("int", Map.of("from", "100000"))));
    words.put("floats", list(value("float", Map.of())));
    words.put("strs", list(key));
    words.put("longstrs", list(value("string", Map.of("format", "%09d", "repeat", "100"))));
    words.put("literals", list(value("literal", Map.of())));
    words.put("arrays", list(value("array", Map.of(), number)));
    words.put("litarrays", list(value("constant-array", Map.of())));
    words.put(
        "objs", list(value("object", Map.of("keys", "x,y"), number, value("null", Map.of()))));
    words.put("map", new Builder("map", value("pair", Map.of(), key, number)));
    words.put(
        "strmap",
        new Builder(
            "map", value("pair", Map.of(), key, value("string", Map.of("format", "val-%09d")))));
    words.put("json", list(json));
    words.put("cyc", list(value("cycle", Map.of())));
    return words;
  }

  private static Builder list(Value of) {
    return new Builder("list", of);
  }

  private static Value value(String kind, Map<String, String> attributes, Value... parts) {
    return new Value(kind, attributes, List.of(parts));
  }

  private static Map<String, String> actions() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("noop", "nothing");
    words.put("foreach", "iterate");
    words.put("foreachkv", "iterate-keys");
    words.put("foreachref", "iterate-reference");
    words.put("count", "count");
    words.put("for", "index");
    words.put("forlen", "length");
    words.put("foridx", "index-inner");
    words.put("setelem", "write-element");
    words.put("setinner", "write-inner");
    words.put("setprop", "write-property");
    words.put("del", "delete");
    words.put("append", "append");
    words.put("slice", "slice");
    words.put("copy", "copy-elements");
    words.put("max", "max");
    words.put("allocfree", "allocate-free");
    words.put("sample", "sample");
    words.put("sum", "sum");
    words.put("inarray", "contains");
    words.put("prop", "read-property");
    words.put("isset", "contains-key");
    words.put("get", "lookup");
    words.put("hashkeys", "hash-elements");
    words.put("keys", "keys");
    words.put("values", "values");
    words.put("sort", "sort");
    words.put("sep", "separate");
    words.put("assign", "assign");
    words.put("implode", "implode");
    words.put("json", "json");
    words.put("serialize", "serialize");
    words.put("map", "map-length");
    words.put("gc", "collect");
    words.put("alloc", "allocate");
    words.put("include", "include");
    words.put("generate", "generate");
    words.put("unset", "unset");
    words.put("md5", "md5");
    return words;
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
        .map(entry -> Vocabulary.word(entry.getKey(), "the action " + entry.getValue()))
        .toList();
  }

  static List<Word> modifierWords() {
    return MODIFIERS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> Vocabulary.word(entry.getKey(), entry.getValue()))
        .toList();
  }
}
