package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spells the steps of a scenario as the bodies of Python functions of one argument {@code d}, the
 * population they work on.
 */
final class PythonSteps {
  /** Verbs that are one statement or loop and take nothing but the population. */
  private static final Map<String, String> PLAIN = plain();

  private final List<Population> populations;
  private final PythonValues values;
  private int generators;

  PythonSteps(List<Population> populations, PythonValues values) {
    this.populations = populations;
    this.values = values;
  }

  /** How many random generators the bodies spelled so far use: R0, R1, … at module level. */
  int generators() {
    return generators;
  }

  /** The lines of the body of a step after the fork, or of a shared one before it. */
  List<String> body(Step step) {
    String plain = PLAIN.get(step.verb());
    if (plain != null) {
      return plain.lines().toList();
    }
    return switch (step.verb()) {
      case "index" -> loop("i", "range(0, len(d), " + positive(step, "stride", "1") + ")", "d[i]");
      case "index-first" -> loop("i", "range(" + positive(step, "times", "300000") + ")", "d[0]");
      case "sample" -> sample(step);
      case "slice" -> List.of("return len(d[:" + positive(step, "count", "100") + "])");
      case "contains" -> contains(step);
      case "sorted" -> List.of("return len(sorted(d" + key(step, ", ") + "))");
      case "sort" -> List.of("d.sort(" + key(step, "") + ")");
      case "pickle" ->
          List.of(
              "import pickle",
              "return len(pickle.dumps(d, " + positive(step, "protocol", "2") + "))");
      case "copy" -> List.of(listLike(step) ? "return len(d[:])" : "return len(d.copy())");
      case "count-absent" -> List.of(countAbsent(step));
      case "read-attribute" -> loop("x", "d", "x." + name(step, "name"));
      case "write-attribute" -> loop("x", "d", "x." + name(step, "name") + " = 0");
      case "write-item" -> loop("x", "d", "x['" + name(step, "key") + "'] = None");
      case "contains-key" -> loop("x", "d", "'" + name(step, "key") + "' in x");
      case "lookup" -> lookup(step);
      case "call" -> call(step);
      case "delete" -> delete(step);
      case "read-buffer" -> readBuffer(step);
      case "write-buffer" -> writeBuffer(step);
      case "collect" -> repeated(collect(step), positive(step, "times", "1"));
      case "allocate" -> allocate(step);
      case "serve" -> serve(step);
      case "import" ->
          List.of("import " + String.join(", ", PythonText.modules(step.argument("modules", ""))));
      default -> throw new IllegalArgumentException("unknown step " + step.verb());
    };
  }

  private Population population(Step step) {
    String name =
        step.target()
            .orElseThrow(
                () -> new IllegalArgumentException("step " + step.verb() + " needs \"on\""));
    return populations.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no population " + name));
  }

  private boolean listLike(Step step) {
    String holder = population(step).holder();
    return !holder.equals("dict") && !holder.equals("set");
  }

  private List<String> contains(Step step) {
    if (!step.arguments().containsKey("element")) {
      return List.of("return (-1 in d)");
    }
    Population population = population(step);
    Value of = population.of();
    String one = population.holder().equals("dict") ? values.pair(of, 0) : values.expression(of);
    return List.of(
        "i = " + PythonText.whole(step.argument("element", "0")), "return (" + one + ") in d");
  }

  /** The argument that names what to sort by; nothing if elements are compared themselves. */
  private String key(Step step, String before) {
    if (!step.arguments().containsKey("key")) {
      return "";
    }
    String name = step.argument("key", "");
    String part =
        switch (population(step).of().kind()) {
          case "dict" -> "x['" + PythonText.identifier(name) + "']";
          case "tuple", "list" -> "x[" + PythonText.whole(name) + "]";
          default -> "x." + PythonText.identifier(name);
        };
    return before + "key=lambda x: " + part;
  }

  private String countAbsent(Step step) {
    return switch (population(step).holder()) {
      case "bytes", "bytearray" -> "return d.count(b'y')";
      case "mmap" -> "return d.find(b'y')";
      case "array" -> "return d.count(-1)";
      default -> "return d.count('nope')";
    };
  }

  // The generator is made at a process's first request and goes on from request to request.
  private List<String> generator(Step step, String seed) {
    String name = "R" + generators++;
    return List.of(
        "global " + name,
        "if "
            + name
            + " is None: "
            + name
            + " = random.Random("
            + PythonText.whole(step.argument("seed", seed))
            + ")",
        "r = " + name,
        "n = len(d)");
  }

  private List<String> sample(Step step) {
    List<String> lines = new ArrayList<>(generator(step, "77"));
    long count = positive(step, "count", "1");
    String distribution = step.argument("distribution", "uniform");
    if (distribution.equals("permutation")) {
      lines.addAll(List.of("order = list(range(n))", "r.shuffle(order)"));
      lines.addAll(loop("k", "order[:" + count + "]", "d[k]"));
      return lines;
    }
    if (distribution.equals("hot")) {
      lines.add(hotElements(step));
    }
    lines.addAll(loop("_", "range(" + count + ")", "d[" + draw(step, distribution) + "]"));
    return lines;
  }

  private static String hotElements(Step step) {
    return "m = max(1, int(n * " + ratio(step, "hot-ratio", "0.1") + "))";
  }

  /** One random index, by a generator r of the n elements. */
  private static String draw(Step step, String distribution) {
    return switch (distribution) {
      case "uniform" -> "r.randrange(n)";
      case "hot" ->
          "r.randrange(m) if r.random() < "
              + ratio(step, "hot-share", "0.9")
              + " else r.randrange(n)";
      case "zipf" -> "int(n ** r.random()) - 1";
      default ->
          throw new IllegalArgumentException(
              "unknown distribution " + distribution + " of step " + step.verb());
    };
  }

  private List<String> lookup(Step step) {
    Population population = population(step);
    String entry =
        switch (population.holder()) {
          case "dict" -> "d[" + values.pair(population.of(), 0) + "]";
          case "set" -> "(" + values.expression(population.of()) + ") in d";
          default -> "d[i]";
        };
    if (!step.arguments().containsKey("count")) {
      return loop("i", "range(len(d))", entry);
    }
    List<String> lines = new ArrayList<>(generator(step, "5"));
    lines.add("for _ in range(" + positive(step, "count", "1") + "):");
    lines.add("    i = r.randrange(n)");
    lines.add("    " + entry);
    return lines;
  }

  private static List<String> call(Step step) {
    long times = positive(step, "times", "1");
    return times == 1
        ? loop("f", "d", "f(3)")
        : List.of("for f in d:", "    for k in range(" + times + "): f(3)");
  }

  private static List<String> delete(Step step) {
    return step.arguments().containsKey("every")
        ? List.of("del d[::" + positive(step, "every", "2") + "]")
        : List.of("del d[:]");
  }

  private static List<String> readBuffer(Step step) {
    return List.of(
        "m = d if isinstance(d, mmap.mmap) else memoryview(d)",
        "s = 0",
        "for i in range(0, len(m), "
            + positive(step, "stride", "4096")
            + "): s += 1 if m[i] else 0",
        "return s");
  }

  private static List<String> writeBuffer(Step step) {
    return List.of(
        "one = 1 if PY3 or not isinstance(d, mmap.mmap) else '\\x01'",
        "for i in range(0, len(d), " + positive(step, "stride", "4096") + "): d[i] = one");
  }

  private static List<String> allocate(Step step) {
    String from = step.argument("from", "0");
    String kind = step.argument("kind", "float");
    String one =
        switch (kind) {
          case "float" -> "i + " + PythonText.decimal(from);
          case "float-list" -> "[i + " + PythonText.decimal(from) + "]";
          case "int" -> "i + " + PythonText.integer(from);
          case "str" ->
              "("
                  + PythonText.format(step.argument("format", "z%09d"))
                  + " % i) * "
                  + positive(step, "repeat", "1");
          case "empty-list" -> "[]";
          default -> throw new IllegalArgumentException("step allocate cannot make a " + kind);
        };
    long count = positive(step, "count", "1");
    String all = "[" + one + " for i in range(" + count + ")]";
    return switch (step.argument("keep", "true")) {
      case "true" -> List.of("KEEP.append(" + all + ")");
      case "last" -> List.of("global LAST", "LAST = " + all);
      case "false" -> loop("i", "range(" + count + ")", "x = " + one);
      default ->
          throw new IllegalArgumentException(
              "keep " + step.argument("keep", "") + " is none of true, false, last");
    };
  }

  private List<String> serve(Step step) {
    List<String> lines = new ArrayList<>();
    long retain = PythonText.whole(step.argument("retain", "0"));
    lines.addAll(generator(step, "3"));
    if (retain > 0) {
      lines.add("KEEP.append([[] for _ in range(" + retain + ")])");
    }
    lines.add("out = []");
    long count = positive(step, "count", "1");
    String distribution = step.argument("distribution", "uniform");
    if (distribution.equals("all")) {
      lines.add("for x in d:");
    } else {
      if (distribution.equals("hot")) {
        lines.add(hotElements(step));
      }
      lines.add("for _ in range(" + count + "):");
      lines.add("    x = d[" + draw(step, distribution) + "]");
    }
    lines.add(
        "    out.append({'id': x['id'], 'name': x['name'], 'tags': list(x['tags']),"
            + " 'x': x['pos']['x']})");
    lines.add("return json.dumps(out)");
    return lines;
  }

  private static String collect(Step step) {
    String generation = step.argument("generation", "2");
    if (!generation.matches("[0-2]")) {
      throw new IllegalArgumentException(
          "generation of step collect must be 0, 1 or 2, not " + generation);
    }
    return generation.equals("2") ? "gc.collect()" : "gc.collect(" + generation + ")";
  }

  private static List<String> repeated(String statement, long times) {
    return times <= 4
        ? java.util.Collections.nCopies((int) times, statement)
        : loop("_", "range(" + times + ")", statement);
  }

  private static List<String> loop(String variable, String over, String statement) {
    return List.of("for " + variable + " in " + over + ": " + statement);
  }

  private static String name(Step step, String argument) {
    return PythonText.identifier(step.argument(argument, ""));
  }

  private static long positive(Step step, String argument, String otherwise) {
    long number = PythonText.whole(step.argument(argument, otherwise));
    if (number < 1 || number > 1_000_000_000) {
      throw new IllegalArgumentException(
          argument + " of step " + step.verb() + " must be 1 to 1000000000, not " + number);
    }
    return number;
  }

  private static String ratio(Step step, String argument, String otherwise) {
    String text = PythonText.decimal(step.argument(argument, otherwise));
    double ratio = Double.parseDouble(text);
    if (!(ratio > 0 && ratio <= 1)) {
      throw new IllegalArgumentException(
          argument + " of step " + step.verb() + " must be above 0 and at most 1, not " + text);
    }
    return text;
  }

  private static Map<String, String> plain() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("nothing", "pass");
    all.put("iterate", "for x in d: pass");
    all.put("length", "return len(d)");
    all.put("sum", "return sum(d)");
    all.put("any", "return any(d)");
    all.put("max", "return max(d)");
    all.put("comprehension", "return len([x for x in d])");
    all.put("filter", "return len([x for x in d if x])");
    all.put("enumerate", "for i, x in enumerate(d): pass");
    all.put("zip", "for x in zip(d, d): pass");
    all.put("reverse-iterate", "for x in reversed(d): pass");
    all.put("unpack", "for a, b in d: pass");
    all.put("find-last", "return d.index(d[-1])");
    all.put("equals", "return d == d");
    all.put("repr", "return len(repr(d))");
    all.put("join", "return len(''.join(d))");
    all.put("read-namespace", "for x in d: x.__dict__");
    all.put(
        "walk",
        "for x in d:\n    x['id']; x['name']\n    for t in x['tags']: pass\n    x['pos']['x']");
    all.put("weak-reference", "import weakref\nKEEP.append([weakref.ref(x) for x in d])");
    all.put("keys", "for k in d: pass");
    all.put("values", "for v in d.values(): pass");
    all.put("items", "for kv in d.items(): pass");
    all.put("hash", "for x in d: hash(x)");
    all.put("type", "for x in d: type(x)");
    all.put("isinstance", "for x in d: isinstance(x, int)");
    all.put("is-none", "for x in d: x is None");
    all.put("count-references", "for x in d: sys.getrefcount(x)");
    all.put("upper", "for x in d: x.upper()");
    all.put("to-str", "for x in d: str(x)");
    all.put("add", "for x in d: x + 1");
    all.put("multiply", "t = 0.0\nfor x in d: t += x * 2.0");
    all.put("json", "import json\nreturn len(json.dumps(d))");
    all.put("deepcopy", "import copy\nreturn len(copy.deepcopy(d))");
    all.put("shallow-copy", "import copy\nfor x in d: copy.copy(x)");
    all.put("append", "d.append(0)");
    all.put("disable-collector", "gc.disable()");
    all.put("freeze", "gc.freeze()");
    all.put("list-objects", "return len(gc.get_objects())");
    all.put(
        "log",
        """
        import logging
        logging.basicConfig(stream=open(os.devnull, 'w'))
        logging.getLogger('x').warning('hi %s', 1)
        """);
    all.put("regex", "import re\nre.match(r'^(\\w+)-(\\d{3,})\\s*$', 'abc-1234')");
    all.put("raise", "try: raise ValueError('x')\nexcept ValueError: pass");
    all.put(
        "thread",
        "import threading\nt = threading.Thread(target=len, args=('',))\nt.start()\nt.join()");
    all.put("subprocess", "import subprocess\nsubprocess.call(['/bin/true'])");
    all.put("posix-spawn", "os.waitpid(os.posix_spawn('/bin/true', ['true'], os.environ), 0)");
    all.put("socket", "import socket\ns = socket.socket()\ns.close()");
    all.put("open", "with open('/dev/null', 'rb') as f: f.read()");
    all.put("print", "sys.stdout.write('x'); sys.stdout.flush()");
    all.put("sleep", "time.sleep(0.001)");
    return all;
  }
}
