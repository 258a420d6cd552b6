package io.forkscope.models.perl;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The short form of Perl cases, {@code builder.action[.modifier]}, and what it spells out to. */
final class PerlCases {

  static final String DATA = "data";

  private static final Map<String, Builder> BUILDERS = builders();
  private static final Map<String, Step> ACTIONS = actions();
  private static final Map<String, String> MODIFIERS =
      Map.of(
          "warm", "the action is taken once before the fork",
          "my", "variables of the file, not of a package");

  private PerlCases() {}

  /** How a population is made. */
  private record Builder(String holder, Value of) {}

  static Scenario expand(String caseName, String version, long count) {
    String[] words = caseName.split("\\.", -1);
    if (words.length < 2) {
      throw new IllegalArgumentException(
          "case " + caseName + " is not of the form builder.action[.modifier]");
    }
    Builder builder = Nearest.known("builder", words[0], BUILDERS);
    Step action = Nearest.known("action", words[1], ACTIONS);
    List<String> modifiers = List.of(words).subList(2, words.length);
    modifiers.forEach(modifier -> Nearest.known("modifier", modifier, MODIFIERS));
    boolean hasData = !words[0].equals("nothing");
    Step step = hasData || action.target().isEmpty() ? action : new Step("nothing", Map.of());
    return new Scenario(
        caseName,
        "perl",
        version,
        modifiers.contains("my") ? Map.of(PerlModel.VARIABLES, "my") : Map.of(),
        hasData
            ? List.of(new Population(DATA, builder.holder(), builder.of(), count, -1, 1))
            : List.of(),
        modifiers.contains("warm") ? List.of(step) : List.of(),
        new ForkPlan(1, ForkPlan.Acting.CHILDREN),
        List.of(step),
        Requests.ONCE,
        1);
  }

  private static Map<String, Builder> builders() {
    Value number = value("int", Map.of());
    Value key = value("string", Map.of("format", "key-%09d"));
    Value name = value("string", Map.of("format", "u%d", "by", "concat"));
    Map<String, Builder> words = new LinkedHashMap<>();
    words.put("nothing", returned(number));
    words.put("strs", new Builder("extended", key));
    words.put("numstrs", returned(value("string", Map.of("format", "%09d"))));
    words.put("longstrs", returned(value("string", Map.of("format", "%09d", "repeat", "200"))));
    words.put("ints", returned(value("int", Map.of("from", "100000"))));
    words.put("floats", returned(value("float", Map.of())));
    words.put("arrays", returned(value("array", Map.of(), number)));
    words.put("hashes", returned(value("hash", Map.of("keys", "id,name"), number, name)));
    words.put("hash", new Builder("map", value("pair", Map.of(), key, number)));
    return words;
  }

  private static Builder returned(Value of) {
    return new Builder("returned", of);
  }

  private static Value value(String kind, Map<String, String> attributes, Value... parts) {
    return new Value(kind, attributes, List.of(parts));
  }

  private static Map<String, Step> actions() {
    Map<String, Step> words = new LinkedHashMap<>();
    words.put("noop", new Step("nothing", Map.of()));
    on(words, "foreach", "iterate");
    on(words, "index", "index");
    on(words, "copy1", "copy-scalar");
    on(words, "length", "length");
    on(words, "eq", "equal");
    on(words, "num", "number");
    on(words, "str", "stringify");
    on(words, "match", "match");
    on(words, "grep", "grep");
    on(words, "map", "map");
    on(words, "copyall", "copy");
    on(words, "sort", "sort");
    on(words, "nsort", "sort-block");
    on(words, "sortnum", "sort-numeric");
    on(words, "join", "join");
    on(words, "scalar", "count");
    on(words, "deref", "index-inner");
    on(words, "hderef", "read-key");
    on(words, "arg", "pass");
    on(words, "each", "each");
    on(words, "keys", "keys");
    on(words, "values", "values");
    on(words, "get", "lookup");
    on(words, "exists", "exists");
    on(words, "setinner", "write-inner");
    on(words, "setkey", "write-key");
    on(words, "assign", "assign");
    on(words, "clear", "clear");
    on(words, "capture", "capture");
    on(words, "append", "append");
    on(words, "pop", "pop");
    on(words, "delete", "delete");
    on(words, "sample", "sample");
    words.put("alloc", new Step("allocate", Map.of("count", "100000")));
    words.put("exit", new Step(PerlModel.EXIT, Map.of()));
    words.put("json", new Step("import", Map.of("module", "JSON::PP")));
    words.put("storable", new Step("import", Map.of("module", "Storable")));
    return words;
  }

  private static void on(Map<String, Step> words, String name, String verb) {
    words.put(name, new Step(verb, Map.of("on", DATA)));
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
