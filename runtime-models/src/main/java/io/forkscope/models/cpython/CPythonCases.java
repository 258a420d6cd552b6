package io.forkscope.models.cpython;

import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The short form of CPython cases, {@code builder.action[.modifier…]}, for example {@code
 * ints.iter.freeze}: what it spells out to.
 */
final class CPythonCases {

  /** The population of every short case. */
  static final String DATA = "data";

  /** Requests after which a {@code serve} case is counted. */
  private static final List<Long> SERVE_MARKS =
      List.of(1L, 10L, 30L, 100L, 300L, 1000L, 3000L, 10000L);

  private static final Map<String, Builder> BUILDERS = builders();
  private static final Map<String, Step> ACTIONS = actions();

  /** Actions that end in a number, with what the number means. */
  private static final Map<String, String> NUMBERED =
      Map.of(
          "stride", "index with this stride",
          "sample", "read this many random elements",
          "curve", "read this many elements of a random order",
          "serve", "10000 requests of a worker, each reading this many records");

  /** Actions that None takes too; of builder nothing they are taken on an empty list. */
  private static final Set<String> OF_NONE = Set.of("equals", "json", "pickle", "repr");

  private static final Map<String, String> MODIFIERS = modifiers();

  private CPythonCases() {}

  /** How a population is made; {@code scale} turns the case's count into the population's. */
  private record Builder(String holder, Value of, int scale, long shuffleSeed, int keepEvery) {
    Population make(long count) {
      return new Population(
          DATA, holder, of, Math.multiplyExact(count, scale), shuffleSeed, keepEvery);
    }
  }

  static Scenario expand(String caseName, String version, long count) {
    String[] parts = caseName.split("\\.", -1);
    if (parts.length < 2) {
      throw new IllegalArgumentException(
          "case " + caseName + " is not of the form builder.action[.modifier…]");
    }
    Builder builder = Nearest.known("builder", parts[0], BUILDERS);
    List<String> modifiers = List.of(parts).subList(2, parts.length);
    for (String modifier : modifiers) {
      Nearest.known("modifier", modifier, MODIFIERS);
    }
    boolean nothing = parts[0].equals("nothing");
    Step action = action(parts[1], modifiers, !nothing);
    List<Population> populations =
        !nothing
            ? List.of(builder.make(count))
            : action.target().isPresent() ? List.of(builder.make(0)) : List.of();
    boolean serves = action.verb().equals("serve");
    if (!populations.isEmpty() && action.target().isPresent() && !serves) {
      Applicability.check(action, populations.get(0), CPythonVersion.of(version));
    }
    return new Scenario(
        caseName,
        "cpython",
        version,
        options(modifiers),
        populations,
        preparations(modifiers, serves),
        new ForkPlan(
            1, modifiers.contains("parentrun") ? ForkPlan.Acting.PARENT : ForkPlan.Acting.CHILDREN),
        List.of(action),
        serves ? new Requests(10_000, SERVE_MARKS, 0) : Requests.ONCE,
        0);
  }

  private static Map<String, String> options(List<String> modifiers) {
    Map<String, String> options = new HashMap<>();
    options.put(ProgramKind.OPTION, ProgramKind.HARNESS);
    if (modifiers.contains("nogc")) {
      options.put("collector", "off");
    }
    return options;
  }

  /**
   * Every builder and action of the short form as Python functions. Each program defines them all,
   * as a server has all of its program loaded: what the interpreter holds for itself (code objects,
   * memory that its compiler freed) is then the same in every case, and was measured once.
   */
  static List<String> library(PythonValues values) {
    List<String> lines = new ArrayList<>();
    BUILDERS.forEach(
        (name, builder) -> define(lines, "b_" + name + "(n)", values.builder(builder.make(1))));
    Map<String, Step> steps = new LinkedHashMap<>(ACTIONS);
    for (String prefix : new TreeMap<>(NUMBERED).keySet()) {
      steps.put(prefix + "n", numbered(prefix, 100, List.of("retain")));
    }
    steps.forEach(
        (name, step) -> {
          String data = step.verb().equals("lookup") ? "dict" : "ints";
          Population population = Nearest.known("builder", data, BUILDERS).make(1);
          define(
              lines, "a_" + name + "(d)", new PythonSteps(List.of(population), values).body(step));
        });
    return lines;
  }

  private static void define(List<String> into, String head, List<String> body) {
    into.add("def " + head + ":");
    body.forEach(line -> into.add("    " + line));
  }

  private static Step action(String word, List<String> modifiers, boolean hasData) {
    for (String prefix : NUMBERED.keySet()) {
      if (word.startsWith(prefix) && word.length() > prefix.length()) {
        return numbered(prefix, number(word, prefix), modifiers);
      }
    }
    Step step = Nearest.known("action", word, ACTIONS);
    if (hasData || step.target().isEmpty() || OF_NONE.contains(step.verb())) {
      return step;
    }
    throw new IllegalArgumentException(
        "action " + word + " needs data, and the builder is nothing");
  }

  private static long number(String word, String prefix) {
    String digits = word.substring(prefix.length());
    if (!digits.matches("[0-9]{1,9}") || Long.parseLong(digits) == 0) {
      throw new IllegalArgumentException(
          "action " + word + ": after " + prefix + " comes a number from 1 to 999999999");
    }
    return Long.parseLong(digits);
  }

  private static Step numbered(String prefix, long number, List<String> modifiers) {
    String text = Long.toString(number);
    return switch (prefix) {
      case "stride" -> step("index", "on", DATA, "stride", text);
      case "sample" -> step("sample", "on", DATA, "count", text, "seed", "77");
      case "curve" ->
          step("sample", "on", DATA, "count", text, "seed", "77", "distribution", "permutation");
      default ->
          step(
              "serve",
              "on",
              DATA,
              "count",
              text,
              "seed",
              "3",
              "retain",
              modifiers.contains("retain") ? "40" : "0");
    };
  }

  private static List<Step> preparations(List<String> modifiers, boolean serves) {
    List<Step> steps = new ArrayList<>();
    if (modifiers.contains("warm")) {
      steps.add(step("warm-up", "count", serves ? "30" : "200"));
    }
    if (modifiers.contains("precollect") || modifiers.contains("collectfreeze")) {
      steps.add(step("collect", "times", "1"));
    }
    if (modifiers.contains("disable")) {
      steps.add(step("disable-collector"));
    }
    if (modifiers.contains("freeze") || modifiers.contains("collectfreeze")) {
      steps.add(step("freeze"));
    }
    if (modifiers.contains("collect")) {
      steps.add(step("collect", "times", "1"));
    }
    if (modifiers.contains("hashed")) {
      steps.add(step("hash", "on", DATA));
    }
    return steps;
  }

  static List<Word> builderWords() {
    List<Word> words = new ArrayList<>();
    BUILDERS.forEach(
        (name, builder) ->
            words.add(
                new Word(
                    name,
                    name.equals("nothing")
                        ? "no population"
                        : String.join("; ", new PythonValues().builder(builder.make(1)))
                            .replace("; return d", ""),
                    List.of())));
    return words;
  }

  static List<Word> actionWords() {
    List<Word> words = new ArrayList<>();
    ACTIONS.forEach((name, step) -> words.add(new Word(name, spelled(step), List.of())));
    new TreeMap<>(NUMBERED)
        .forEach((name, text) -> words.add(new Word(name + "N", text, List.of())));
    return words;
  }

  static List<Word> modifierWords() {
    List<Word> words = new ArrayList<>();
    MODIFIERS.forEach((name, text) -> words.add(new Word(name, text, List.of())));
    return words;
  }

  private static String spelled(Step step) {
    return "the step " + step.verb() + (step.arguments().isEmpty() ? "" : " " + step.arguments());
  }

  private static Map<String, Builder> builders() {
    Value anInt = of("int", "from", "100000");
    Value key = of("str", "format", "key-%09d");
    Map<String, Builder> all = new LinkedHashMap<>();
    all.put("ints", list(anInt));
    all.put("shufints", new Builder("list", anInt, 1, 12345, 1));
    all.put("small", list(of("int", "from", "0", "modulo", "256")));
    all.put("nones", list(of("none")));
    all.put("bools", list(of("true")));
    all.put("floats", list(of("float", "from", "0.5")));
    all.put("chars", list(of("char")));
    all.put("strs", list(key));
    all.put("shufstrs", new Builder("list", key, 1, 12345, 1));
    all.put("longstrs", list(of("str", "format", "%09d", "repeat", "100")));
    all.put("strs400", list(of("str", "format", "%09d", "repeat", "40")));
    all.put("nonascii", list(of("str", "format", "k\u00e9y-%09d")));
    all.put("bytesobjs", list(of("bytes", "format", "%09d")));
    all.put("tuples", list(holding("tuple", of("none"), of("true"), of("int", "from", "0"))));
    all.put("inttuples", list(holding("tuple", anInt, of("int", "from", "900000"))));
    all.put("lists", list(holding("list", anInt)));
    all.put("dicts", list(keyed("dict", "a", anInt)));
    all.put("dictl", list(keyed("dict", "a", holding("list", of("int", "from", "0")))));
    all.put("big1", list(of("int", "from", Long.toString(1L << 62))));
    all.put("sameint", list(of("int", "from", "123456789", "same", "true")));
    all.put("sametuple", list(of("empty-tuple")));
    all.put("types", list(of("builtin-type")));
    all.put("heaptype", list(of("heap-type")));
    all.put("literal", list(of("literal", "text", "a literal constant")));
    all.put("mixed", list(new Value("choice", Map.of("every", "10"), List.of(key, anInt))));
    all.put("frag", new Builder("list", anInt, 1, -1, 2));
    all.put("slots", list(keyed("slots", "a,b", anInt, of("none"))));
    all.put(
        "slotw", list(new Value("slots", Map.of("keys", "a", "weakref", "true"), List.of(anInt))));
    all.put("insts", list(keyed("object", "a,b", anInt, of("none"))));
    all.put("json", list(record()));
    all.put("dict", new Builder("dict", holding("pair", key, anInt), 1, -1, 1));
    all.put(
        "intdict",
        new Builder("dict", holding("pair", anInt, of("float", "from", "0.5")), 1, -1, 1));
    all.put("set", new Builder("set", anInt, 1, -1, 1));
    all.put("array", new Builder("array", of("int", "from", "0"), 1, -1, 1));
    all.put("bytes", new Builder("bytes", of("byte"), 8, -1, 1));
    all.put("bytearray", new Builder("bytearray", of("byte"), 8, -1, 1));
    all.put("mmap", new Builder("mmap", of("byte"), 8, -1, 1));
    all.put("funcs", list(of("function")));
    all.put("cyc", list(of("cycle")));
    all.put("nothing", list(of("none")));
    return all;
  }

  private static Value record() {
    Value tags =
        holding("list", of("str", "format", "t%d", "modulo", "7"), of("str", "format", "x%d"));
    Value position = keyed("dict", "x,y", of("float", "from", "0.25"), of("float", "from", "0.75"));
    return keyed(
        "dict",
        "id,name,tags,pos",
        of("int", "from", "100000"),
        of("str", "format", "user-%d"),
        tags,
        position);
  }

  private static Map<String, Step> actions() {
    Map<String, Step> all = new LinkedHashMap<>();
    simpleActions().forEach((name, verb) -> all.put(name, step(verb, "on", DATA)));
    all.put("noop", step("nothing"));
    all.put("exit", step("nothing"));
    all.put("index", step("index", "on", DATA, "stride", "1"));
    all.put("idx0", step("index-first", "on", DATA, "times", "300000"));
    all.put("slice100", step("slice", "on", DATA, "count", "100"));
    all.put("attr", step("read-attribute", "on", DATA, "name", "a"));
    all.put("setattr", step("write-attribute", "on", DATA, "name", "b"));
    all.put("callfuncs1", step("read-attribute", "on", DATA, "name", "__name__"));
    all.put("callfuncs", step("call", "on", DATA, "times", "1"));
    all.put("callmany", step("call", "on", DATA, "times", "12"));
    all.put("updatefirst", step("write-item", "on", DATA, "key", "a"));
    all.put("topkeys", step("contains-key", "on", DATA, "key", "id"));
    all.put("get1000", step("lookup", "on", DATA, "count", "1000", "seed", "5"));
    all.put("delhalf", step("delete", "on", DATA, "every", "2"));
    all.put("readbuf", step("read-buffer", "on", DATA, "stride", "4096"));
    all.put("write8", step("write-buffer", "on", DATA, "stride", "4096"));
    all.put("gc", step("collect", "times", "1"));
    all.put("gc2", step("collect", "times", "2"));
    all.put("freezeall", step("freeze"));
    all.put("getobjects", step("list-objects"));
    all.put("autogc", allocate("empty-list", 30_000, "last"));
    all.put("alloc", allocate("float", 100_000, "last", "from", "0.5"));
    all.put("allocfree", allocate("float-list", 100_000, "false", "from", "0.5"));
    all.put("allocsame", allocate("int", 50_000, "last", "from", "500000"));
    all.put("allocother", allocate("str", 5_000, "last", "format", "z%09d", "repeat", "20"));
    all.put("encode", step("import", "modules", "ctypes"));
    all.put("importjson", step("import", "modules", "json"));
    all.put("imports", step("import", "modules", "decimal,email,csv,argparse"));
    all.put("logging", step("log"));
    all.put("regex", step("regex"));
    all.put("exc", step("raise"));
    all.put("thread", step("thread"));
    all.put("multiproc", step("subprocess"));
    all.put("posixspawn", step("posix-spawn"));
    all.put("socket", step("socket"));
    all.put("open", step("open"));
    all.put("print", step("print"));
    all.put("time", step("sleep"));
    return all;
  }

  /** Actions that take the population and nothing else, and their verbs. */
  private static Map<String, String> simpleActions() {
    Map<String, String> verbs = new LinkedHashMap<>();
    String table =
        "iter iterate, len length, sum sum, arraysum sum, sorted sorted, sortinplace sort,"
            + " member contains, copy copy, any any, max max, listcomp comprehension,"
            + " filter filter, enumerate enumerate, zip zip, reversed reverse-iterate,"
            + " unpack unpack, index_last find-last, countx count-absent,"
            + " bytescount count-absent, eqself equals, repr repr, join join,"
            + " vars read-namespace, walk walk, weakref weak-reference, keys keys,"
            + " values values, items items, lookup lookup, intlookup lookup, hash hash,"
            + " typeof type, isinstance isinstance, is is-none, getrefcount count-references,"
            + " method upper, str to-str, add add, mul multiply, json json, pickle pickle,"
            + " deepcopy deepcopy, append append, del delete";
    for (String entry : table.split(", ", -1)) {
      String[] pair = entry.split(" ", -1);
      verbs.put(pair[0], pair[1]);
    }
    return verbs;
  }

  private static Map<String, String> modifiers() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("nogc", "the collector is off from the start");
    all.put("warm", "the actions are taken on other data first");
    all.put("precollect", "a full collection before the fork");
    all.put("collect", "a full collection as the last step before the fork");
    all.put("disable", "gc.disable() before the fork");
    all.put("freeze", "gc.freeze() before the fork");
    all.put("collectfreeze", "a full collection, then gc.freeze(), before the fork");
    all.put("hashed", "every element is hashed before the fork");
    all.put("parentrun", "the parent acts, the child sleeps");
    all.put("retain", "each request of serve keeps 40 empty lists");
    all.put("plain", "nothing else");
    return all;
  }

  private static Builder list(Value of) {
    return new Builder("list", of, 1, -1, 1);
  }

  private static Value of(String kind, String... attributes) {
    return new Value(kind, map(attributes), List.of());
  }

  private static Value holding(String kind, Value... parts) {
    return new Value(kind, Map.of(), List.of(parts));
  }

  private static Value keyed(String kind, String keys, Value... parts) {
    return new Value(kind, Map.of("keys", keys), List.of(parts));
  }

  private static Step allocate(String kind, int count, String keep, String... more) {
    Map<String, String> arguments = map(more);
    arguments.put("kind", kind);
    arguments.put("count", Integer.toString(count));
    arguments.put("keep", keep);
    return new Step("allocate", arguments);
  }

  private static Step step(String verb, String... arguments) {
    return new Step(verb, map(arguments));
  }

  private static Map<String, String> map(String... entries) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put(entries[i], entries[i + 1]);
    }
    return map;
  }
}
