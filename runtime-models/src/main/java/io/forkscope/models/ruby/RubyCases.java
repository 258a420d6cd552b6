package io.forkscope.models.ruby;

import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The short form of Ruby cases: {@code builder.action[.modifier…]}. */
final class RubyCases {

  private static final String DATA = "d";

  private static final Map<String, Builder> BUILDERS = builders();

  private static final Map<String, String> MODIFIERS = modifiers();

  private RubyCases() {}

  /**
   * What a builder makes.
   *
   * @param holder holder of the population
   * @param of its element
   * @param explanation one sentence
   */
  private record Builder(String holder, Value of, String explanation) {}

  private static Map<String, Builder> builders() {
    Map<String, Builder> b = new LinkedHashMap<>();
    Value number = value("int");
    Value string = value("str", "format", "key-%09d");
    b.put("nothing", new Builder("nil", value("nil"), "nil"));
    b.put("ints", array(value("int", "from", "100000"), "fixnums"));
    b.put("floats", array(value("float", "from", "0.5"), "flonums"));
    b.put("bigints", array(value("bigint"), "integers of two digits, (1 << 70) + i"));
    b.put("strs", array(string, "strings of 13 bytes, embedded in their slots"));
    b.put(
        "longstrs",
        array(
            value("str", "format", "%09d", "repeat", "30"),
            "strings of 270 bytes, each with a malloc block"));
    b.put("syms", array(value("sym", "format", "sym%09d"), "symbols made by to_sym"));
    b.put(
        "frozen",
        array(value("str", "format", "key-%09d", "frozen", "true"), "frozen short strings"));
    b.put("arrays", array(container("array", number), "arrays of one fixnum"));
    b.put("hashes", array(container("hash", number), "hashes { a: i }"));
    b.put("objs", array(container("object", number), "objects of two instance variables"));
    b.put(
        "hash",
        new Builder("hash", container("pair", string, number), "one hash of strings to fixnums"));
    b.put("json", array(value("record"), "records of nested hashes, as from JSON"));
    b.put("structs", array(wide("struct", 3), "instances of a Struct of three members"));
    b.put("widestructs", array(wide("struct", 6), "instances of a Struct of six members"));
    b.put("wideobjs", array(wide("object", 6), "objects of six instance variables"));
    b.put("widearrays", array(wide("array", 6), "arrays of six fixnums"));
    b.put(
        "meths", new Builder("object", value("methods"), "one object of a class of 3000 methods"));
    return b;
  }

  private static Builder array(Value of, String what) {
    return new Builder("array", of, "an array of n " + what);
  }

  private static Value value(String kind, String... attributes) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      map.put(attributes[i], attributes[i + 1]);
    }
    return new Value(kind, map, List.of());
  }

  private static Value container(String kind, Value... parts) {
    return new Value(kind, Map.of(), List.of(parts));
  }

  private static Value wide(String kind, int parts) {
    return new Value(kind, Map.of(), Collections.nCopies(parts, value("int")));
  }

  private static Map<String, String> modifiers() {
    Map<String, String> m = new LinkedHashMap<>();
    m.put("pregc4", "GC.start four times before the fork");
    m.put("pregc1", "GC.start before the fork");
    m.put("precompact", "GC.compact before the fork");
    m.put("disable", "GC.disable before the fork");
    m.put("warm", "the action once before the fork, on 200 other elements");
    m.put("prerun", "the action once before the fork, on the same elements");
    m.put("nogc", "GC.disable before anything is built");
    m.put("threads", "the child acts in a thread of its own");
    return m;
  }

  static List<Word> builderWords() {
    return BUILDERS.entrySet().stream()
        .map(e -> new Word(e.getKey(), e.getValue().explanation(), List.of()))
        .toList();
  }

  /** What each builder makes, under the builder's name. */
  static List<Population> populations() {
    return BUILDERS.entrySet().stream()
        .map(e -> new Population(e.getKey(), e.getValue().holder(), e.getValue().of(), 1, -1, 1))
        .toList();
  }

  static List<Word> modifierWords() {
    return MODIFIERS.entrySet().stream()
        .map(e -> new Word(e.getKey(), e.getValue(), List.of()))
        .toList();
  }

  /** Spells a case out; see {@link io.forkscope.core.model.RuntimeModelProvider#expand}. */
  static Scenario expand(String caseName, String version, long count) {
    String[] words = caseName.split("\\.", -1);
    if (words.length < 2) {
      throw new IllegalArgumentException(
          "case '" + caseName + "' is not builder.action[.modifier...]");
    }
    Builder builder = Nearest.known("builder", words[0], BUILDERS);
    String action = words[1];
    Nearest.check("action", action, RubyVerbs.NAMES);
    List<String> modifiers = List.of(words).subList(2, words.length);
    modifiers.forEach(modifier -> Nearest.check("modifier", modifier, MODIFIERS.keySet()));
    long elements = builder.holder().equals("nil") || builder.holder().equals("object") ? 1 : count;
    Population population = new Population(DATA, builder.holder(), builder.of(), elements, -1, 1);
    Scenario scenario =
        new Scenario(
            caseName,
            RubyProvider.ID,
            version,
            options(modifiers),
            List.of(population),
            preparations(modifiers, action),
            new ForkPlan(1, ForkPlan.Acting.CHILDREN),
            List.of(new Step(action, Map.of("on", DATA))),
            Requests.ONCE,
            1);
    RubyVocabulary.check(scenario);
    return scenario;
  }

  private static Map<String, String> options(List<String> modifiers) {
    Map<String, String> options = new LinkedHashMap<>();
    if (modifiers.contains("nogc")) {
      options.put("gc", "off");
    }
    if (modifiers.contains("threads")) {
      options.put(RubyVocabulary.THREADS, "on");
    }
    return options;
  }

  /** In the order in which the modifiers take effect, whatever the order of the words. */
  private static List<Step> preparations(List<String> modifiers, String action) {
    List<Step> steps = new ArrayList<>();
    if (modifiers.contains("pregc4")) {
      steps.add(new Step("gc", Map.of("times", "4")));
    }
    if (modifiers.contains("pregc1")) {
      steps.add(new Step("gc", Map.of()));
    }
    if (modifiers.contains("precompact")) {
      steps.add(new Step("compact", Map.of()));
    }
    if (modifiers.contains("disable")) {
      steps.add(new Step("disable", Map.of()));
    }
    if (modifiers.contains("warm")) {
      steps.add(new Step("warm", Map.of("action", action, "on", DATA)));
    }
    if (modifiers.contains("prerun")) {
      steps.add(new Step("run", Map.of("action", action, "on", DATA)));
    }
    return steps;
  }
}
