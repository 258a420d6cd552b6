package io.forkscope.models.php;

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
import java.util.Set;

/** The short form of PHP cases, {@code builder.action[.modifier…]}, and what it spells out to. */
final class PhpCases {

  private static final Set<String> WITHOUT_DATA =
      Set.of("collect", "allocate", "allocate-free", "include", "nothing");

  static final ShortForm FORM =
      new ShortForm(
          builders(),
          actions(),
          Map.of(
              "pregc", "gc_collect_cycles() before the fork",
              "warm", "the action is taken on 200 elements before the fork",
              "nogc", "gc_disable() before the fork",
              "holes", "only every second element is kept",
              "shuffled", "the elements are shuffled after they were made",
              "opcache", "opcache is on"));

  private PhpCases() {}

  static Scenario expand(String caseName, String version, long count) {
    ShortForm.Case read = FORM.read(caseName);
    return read.scenario(
        "php",
        version,
        read.has("opcache") ? Map.of("opcache", "on") : Map.of(),
        read.populations(count, read.has("shuffled") ? 1 : -1, read.has("holes") ? 2 : 1),
        preparations(read));
  }

  private static List<Step> preparations(ShortForm.Case read) {
    List<Step> steps = new ArrayList<>();
    if (read.has("nogc")) {
      steps.add(new Step("disable-collector", Map.of()));
    }
    if (read.has("pregc")) {
      steps.add(new Step("collect", Map.of()));
    }
    if (read.has("warm")) {
      steps.add(new Step("warm-up", Map.of("count", "200")));
    }
    return steps;
  }

  private static Map<String, Contents> builders() {
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
    Map<String, Contents> words = new LinkedHashMap<>();
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
    words.put("map", new Contents("map", value("pair", Map.of(), key, number)));
    words.put(
        "strmap",
        new Contents(
            "map", value("pair", Map.of(), key, value("string", Map.of("format", "val-%09d")))));
    words.put("json", list(json));
    words.put("cyc", list(value("cycle", Map.of())));
    return words;
  }

  private static Contents list(Value of) {
    return new Contents("list", of);
  }

  private static Map<String, Step> actions() {
    Map<String, Step> words = new LinkedHashMap<>();
    put(words, "noop", "nothing");
    put(words, "foreach", "iterate");
    put(words, "foreachkv", "iterate-keys");
    put(words, "foreachref", "iterate-reference");
    put(words, "count", "count");
    put(words, "for", "index");
    put(words, "forlen", "length");
    put(words, "foridx", "index-inner");
    put(words, "setelem", "write-element");
    put(words, "setinner", "write-inner");
    put(words, "setprop", "write-property");
    put(words, "del", "delete");
    put(words, "append", "append");
    put(words, "slice", "slice");
    put(words, "copy", "copy-elements");
    put(words, "max", "max");
    put(words, "allocfree", "allocate-free");
    put(words, "sample", "sample");
    put(words, "sum", "sum");
    put(words, "inarray", "contains");
    put(words, "prop", "read-property");
    put(words, "isset", "contains-key");
    put(words, "get", "lookup");
    put(words, "hashkeys", "hash-elements");
    put(words, "keys", "keys");
    put(words, "values", "values");
    put(words, "sort", "sort");
    put(words, "sep", "separate");
    put(words, "assign", "assign");
    put(words, "implode", "implode");
    put(words, "json", "json");
    put(words, "serialize", "serialize");
    put(words, "map", "map-length");
    put(words, "gc", "collect");
    put(words, "alloc", "allocate");
    put(words, "include", "include");
    put(words, "generate", "generate");
    put(words, "unset", "unset");
    put(words, "md5", "md5");
    return words;
  }

  private static void put(Map<String, Step> words, String name, String verb) {
    words.put(name, WITHOUT_DATA.contains(verb) ? new Step(verb, Map.of()) : onData(verb));
  }
}
