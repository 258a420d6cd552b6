package io.forkscope.models.perl;

import static io.forkscope.models.ShortForm.onData;
import static io.forkscope.models.ShortForm.value;

import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.ShortForm;
import io.forkscope.models.ShortForm.Contents;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The short form of Perl cases, {@code builder.action[.modifier]}, and what it spells out to. */
final class PerlCases {

  static final ShortForm FORM =
      new ShortForm(
          builders(),
          actions(),
          Map.of(
              "warm", "the action is taken once before the fork",
              "my", "variables of the file, not of a package"));

  private PerlCases() {}

  static Scenario expand(String caseName, String version, long count) {
    ShortForm.Case read = FORM.read(caseName);
    return read.scenario(
        "perl",
        version,
        read.has("my") ? Map.of(PerlModel.VARIABLES, "my") : Map.of(),
        read.populations(count, -1, 1),
        read.has("warm") ? List.of(read.action()) : List.of());
  }

  private static Map<String, Contents> builders() {
    Value number = value("int", Map.of());
    Value key = value("string", Map.of("format", "key-%09d"));
    Value name = value("string", Map.of("format", "u%d", "by", "concat"));
    Map<String, Contents> words = new LinkedHashMap<>();
    words.put("nothing", returned(number));
    words.put("strs", new Contents("extended", key));
    words.put("numstrs", returned(value("string", Map.of("format", "%09d"))));
    words.put("longstrs", returned(value("string", Map.of("format", "%09d", "repeat", "200"))));
    words.put("ints", returned(value("int", Map.of("from", "100000"))));
    words.put("floats", returned(value("float", Map.of())));
    words.put("arrays", returned(value("array", Map.of(), number)));
    words.put("hashes", returned(value("hash", Map.of("keys", "id,name"), number, name)));
    words.put("hash", new Contents("map", value("pair", Map.of(), key, number)));
    return words;
  }

  private static Contents returned(Value of) {
    return new Contents("returned", of);
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
    words.put(name, onData(verb));
  }
}
