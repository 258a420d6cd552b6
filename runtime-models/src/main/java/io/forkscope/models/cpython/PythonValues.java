package io.forkscope.models.cpython;

import static java.util.stream.Collectors.joining;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Spells values and populations as Python, and collects the classes they need. */
final class PythonValues {
  private static final Set<String> CONSTANT_KINDS =
      new TreeSet<>(List.of("none", "true", "literal", "empty-tuple", "builtin-type", "heap-type"));

  private final Map<String, String> classes = new LinkedHashMap<>();

  /** The source of every class and factory that the values spelled so far need. */
  List<String> declarations() {
    List<String> lines = new ArrayList<>();
    lines.add("class Plain(object):");
    lines.add("    def __init__(self, a=None): pass");
    classes.forEach((body, name) -> lines.addAll(body.replace("@", name).lines().toList()));
    return lines;
  }

  /** An expression for element {@code i}. */
  String expression(Value value) {
    return switch (value.kind()) {
      case "int" -> integer(value);
      case "float" -> "i + " + PythonText.decimal(value.attribute("from", "0"));
      case "str" -> text(value, "");
      case "bytes" -> text(value, "b");
      case "none" -> "None";
      case "true" -> "True";
      case "char" -> "'abcdefghijklmnopqrstuvwxyz'[i % 26]";
      case "literal" -> PythonText.quoted(value.attribute("text", "a literal constant"));
      case "empty-tuple" -> "()";
      case "builtin-type" -> "int";
      case "heap-type" -> "Plain";
      case "tuple" -> value.parts().isEmpty() ? "()" : "(" + String.join(", ", parts(value)) + ",)";
      case "list" -> "[" + String.join(", ", parts(value)) + "]";
      case "set" -> value.parts().isEmpty() ? "set()" : "{" + String.join(", ", parts(value)) + "}";
      case "frozenset" ->
          "frozenset((" + parts(value).stream().map(p -> p + ",").collect(joining(" ")) + "))";
      case "dict" -> dict(value);
      case "closure" ->
          classes.computeIfAbsent(
                  "def @(a):\n    def f(x):\n        return a\n    return f\n",
                  b -> "Class" + classes.size())
              + "("
              + part(value, 0)
              + ")";
      case "object", "slots" -> instance(value);
      case "function" -> "make_function(i)";
      case "cycle" -> "make_cycle()";
      case "choice" ->
          "("
              + part(value, 1)
              + " if i % "
              + positive(value, "every")
              + " else "
              + part(value, 0)
              + ")";
      default ->
          throw new IllegalArgumentException(
              "a value of kind " + value.kind() + " cannot stand there");
    };
  }

  /** The lines of a function body that returns a population of {@code n} elements. */
  List<String> builder(Population population) {
    List<String> lines = new ArrayList<>(holder(population));
    if (population.shuffleSeed() >= 0) {
      lines.add("random.Random(" + population.shuffleSeed() + ").shuffle(d)");
    }
    lines.add(
        population.keepEvery() == 1 ? "return d" : "return d[::" + population.keepEvery() + "]");
    return lines;
  }

  private List<String> holder(Population population) {
    Value of = population.of();
    return switch (population.holder()) {
      case "list" -> list(of);
      case "dict" ->
          List.of("d = dict((" + pair(of, 0) + ", " + pair(of, 1) + ") for i in range(n))");
      case "set" -> List.of("d = set(" + expression(of) + " for i in range(n))");
      case "deque" ->
          List.of(
              "import collections",
              "d = collections.deque(" + expression(of) + " for i in range(n))");
      case "array" ->
          List.of(
              expression(of).equals("i")
                  ? "d = array.array('l', range(n))"
                  : "d = array.array('l', (" + expression(of) + " for i in range(n)))");
      case "bytes" -> List.of("d = b'x' * n");
      case "bytearray" -> List.of("d = bytearray(n)");
      case "mmap" ->
          List.of(
              "d = mmap.mmap(-1, n, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
              "d.write(b'x' * n)",
              "d.seek(0)");
      default -> throw new IllegalArgumentException("unknown holder " + population.holder());
    };
  }

  private List<String> list(Value of) {
    if (of.kind().equals("function")) {
      // All of one namespace, as modules have them.
      return List.of(
          "for i in range(n):", "    make_function(i)", "d = [NAMES['f%d' % i] for i in range(n)]");
    }
    if (of.kind().equals("cycle")) {
      return List.of(
          "d = []",
          "for i in range(n):",
          "    a = []",
          "    b = [a]",
          "    a.append(b)",
          "    d.append(a)");
    }
    boolean one =
        CONSTANT_KINDS.contains(of.kind()) || of.attribute("same", "false").equals("true");
    return List.of(
        one
            ? "d = [" + expression(of) + "] * n"
            : "d = [" + expression(of) + " for i in range(n)]");
  }

  /** Whether the compiler makes one object for all elements; of tuples too, if all items are. */
  static boolean isConstant(Value value) {
    return switch (value.kind()) {
      case "none", "true", "literal", "empty-tuple" -> true;
      case "int" -> value.attribute("same", "false").equals("true");
      case "tuple" -> value.parts().stream().allMatch(PythonValues::isConstant);
      default -> false;
    };
  }

  /** Key or value of a population's pairs. */
  String pair(Value of, int which) {
    if (!of.kind().equals("pair") || of.parts().size() != 2) {
      throw new IllegalArgumentException("a dict holds a pair of two parts, not " + of.kind());
    }
    return expression(of.parts().get(which));
  }

  private static String integer(Value value) {
    String from = PythonText.integer(value.attribute("from", "0"));
    if (value.attribute("same", "false").equals("true")) {
      return from;
    }
    String modulo = value.attribute("modulo", "");
    String index = modulo.isEmpty() ? "i" : "i % " + positive(value, "modulo");
    return from.equals("0") ? index : index + " + " + from;
  }

  private static String text(Value value, String prefix) {
    String quoted = PythonText.format(value.attribute("format", "%d"));
    if (!prefix.isEmpty() && quoted.startsWith("u")) {
      throw new IllegalArgumentException("a format of bytes must be ASCII: " + quoted);
    }
    String format = prefix + quoted;
    String modulo = value.attribute("modulo", "");
    String one =
        format + " % " + (modulo.isEmpty() ? "i" : "(i % " + positive(value, "modulo") + ")");
    return value.attribute("repeat", "1").equals("1")
        ? one
        : "(" + one + ") * " + positive(value, "repeat");
  }

  private static long positive(Value value, String name) {
    long number = PythonText.whole(value.attribute(name, "1"));
    if (number < 1 || number > 1_000_000_000) {
      throw new IllegalArgumentException(
          name + " of " + value.kind() + " must be 1 to 1000000000, not " + number);
    }
    return number;
  }

  private List<String> parts(Value value) {
    List<String> parts = new ArrayList<>();
    value.parts().forEach(p -> parts.add(expression(p)));
    return parts;
  }

  private String part(Value value, int index) {
    if (index >= value.parts().size()) {
      throw new IllegalArgumentException(value.kind() + " needs part " + (index + 1));
    }
    return expression(value.parts().get(index));
  }

  private String dict(Value value) {
    if (value.parts().isEmpty()) {
      return "{}";
    }
    List<String> keys = keys(value);
    List<String> items = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      items.add("'" + keys.get(i) + "': " + part(value, i));
    }
    return "{" + String.join(", ", items) + "}";
  }

  private String instance(Value value) {
    List<String> keys = keys(value);
    StringBuilder body = new StringBuilder("class @(object):\n");
    if (value.kind().equals("slots")) {
      List<String> slots = new ArrayList<>(keys);
      if (value.attribute("weakref", "false").equals("true")) {
        slots.add("__weakref__");
      }
      body.append("    __slots__ = ('").append(String.join("', '", slots)).append("',)\n");
    }
    body.append("    def __init__(self, ").append(String.join(", ", keys)).append("):\n");
    keys.forEach(k -> body.append("        self.").append(k).append(" = ").append(k).append('\n'));
    String name = classes.computeIfAbsent(body.toString(), b -> "Class" + classes.size());
    return name + "(" + String.join(", ", parts(value)) + ")";
  }

  private static List<String> keys(Value value) {
    List<String> keys = PythonText.identifiers(value.attribute("keys", ""));
    if (keys.size() != value.parts().size()) {
      throw new IllegalArgumentException(
          value.kind() + " has " + keys.size() + " keys and " + value.parts().size() + " parts");
    }
    return keys;
  }
}
