package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.List;
import java.util.Set;

/**
 * Which steps a population can take in Python; the others raise, and are refused before they run.
 */
final class Applicability {

  private static final Set<String> NUMBERS = Set.of("int", "float", "true");
  private static final Set<String> TEXTS = Set.of("str", "char", "literal");
  private static final Set<String> LISTS_ONLY =
      Set.of(
          "index",
          "index-first",
          "sample",
          "sort",
          "slice",
          "reverse-iterate",
          "find-last",
          "append",
          "delete",
          "serve");

  /** Steps on a dict by its keys and values; pickle and json also look at what it holds. */
  private static final Set<String> DICTS_ONLY =
      Set.of("keys", "values", "items", "lookup", "json", "pickle");

  /** No slices and no sort; an index is found block by block; copy and index came with 3.5. */
  private static final Set<String> NOT_OF_DEQUES =
      Set.of(
          "index", "sort", "slice", "delete", "json", "serve", "write-buffer", "copy", "find-last");

  private static final Set<String> NOT_OF_KEYS =
      Set.of("count-absent", "weak-reference", "read-attribute", "write-attribute", "call");

  /** Steps on the elements of a buffer as numbers. */
  private static final Set<String> NUMERIC = Set.of("sum", "add", "multiply", "find-last");

  private static final Set<String> COPIED = Set.of("pickle", "deepcopy");

  private static final Set<String> CHANGED = Set.of("append", "delete", "write-buffer");

  /** Steps on texts, which in 2.7 bytes are. */
  private static final Set<String> OF_TEXTS =
      Set.of("join", "upper", "json", "contains-key", "find-last");

  /** Steps on the elements of any buffer, which are made for the step and dropped again. */
  private static final Set<String> BUFFERS =
      Set.of(
          "keys",
          "repr",
          "iterate",
          "length",
          "copy",
          "any",
          "max",
          "read-buffer",
          "index",
          "index-first",
          "sample",
          "slice",
          "reverse-iterate",
          "enumerate",
          "zip",
          "comprehension",
          "filter",
          "sorted",
          "equals",
          "count-absent",
          "hash",
          "type",
          "isinstance",
          "is-none",
          "count-references",
          "to-str");

  /** A dict display of fewer keys has room for one more: USABLE_FRACTION of 8 slots is 5. */
  private static final int MOST_WITH_ROOM = 5;

  private Applicability() {}

  /**
   * Refuses a step that the population cannot take.
   *
   * @throws IllegalArgumentException naming both
   */
  static void check(Step step, Population population, CPythonVersion version) {
    if (!applies(step, population, version)) {
      throw new IllegalArgumentException(
          "step "
              + step.verb()
              + " cannot be taken on population "
              + population.name()
              + ", a "
              + population.holder()
              + " of "
              + population.of().kind()
              + ", by CPython "
              + version.text());
    }
  }

  private static boolean applies(Step step, Population population, CPythonVersion version) {
    boolean old = version == CPythonVersion.V2_7;
    String holder = population.holder();
    Value of = population.of();
    return switch (holder) {
      case "list" -> appliesToList(step, of, old);
      case "dict" ->
          step.verb().equals("write-buffer")
              || (step.verb().equals("reverse-iterate") && version.atLeast(CPythonVersion.V3_8))
              || (DICTS_ONLY.contains(step.verb()) && (!step.verb().equals("json") || isPlain(of)))
              || (!DICTS_ONLY.contains(step.verb())
                  && !LISTS_ONLY.contains(step.verb())
                  && !NOT_OF_KEYS.contains(step.verb())
                  && appliesToList(step, of.parts().get(0), old));
      case "deque" -> !NOT_OF_DEQUES.contains(step.verb()) && appliesToList(step, of, old);
      case "set" ->
          !LISTS_ONLY.contains(step.verb())
              && !Set.of("count-absent", "json").contains(step.verb())
              && !step.verb().equals("write-buffer")
              && appliesToList(step, of, old);
      default -> BUFFERS.contains(step.verb()) || appliesToBuffer(step.verb(), holder, old);
    };
  }

  private static boolean appliesToBuffer(String verb, String holder, boolean old) {
    return switch (holder) {
      case "array" ->
          NUMERIC.contains(verb)
              || COPIED.contains(verb)
              || CHANGED.contains(verb)
              || verb.equals("contains");
      case "bytearray" -> NUMERIC.contains(verb) || COPIED.contains(verb) || CHANGED.contains(verb);
      case "bytes" -> COPIED.contains(verb) || (old ? OF_TEXTS : NUMERIC).contains(verb);
      default ->
          Set.of("write-buffer", "contains", "upper").contains(verb)
              || (old && Set.of("join", "contains-key", "pickle").contains(verb));
    };
  }

  private static boolean appliesToList(Step step, Value of, boolean old) {
    String kind = of.kind();
    boolean type = kind.equals("heap-type") || kind.equals("builtin-type");
    return switch (step.verb()) {
      case "values", "items", "lookup", "read-buffer" -> false;
      case "sum", "add", "multiply" -> NUMBERS.contains(kind);
      case "upper" -> TEXTS.contains(kind) || kind.equals("bytes");
      case "join" -> TEXTS.contains(kind) || (old && kind.equals("bytes"));
      case "sorted", "sort" ->
          step.arguments().containsKey("key") ? hasKey(step, of) : isOrdered(of, old);
      case "max" -> isOrdered(of, old);
      case "contains" -> !step.arguments().containsKey("element") || isPlainOrSet(of);
      case "unpack" -> (kind.equals("tuple") || kind.equals("list")) && of.parts().size() == 2;
      case "hash" -> isHashable(of);
      case "walk", "serve" ->
          hasKeys(of, List.of("id", "name", "tags", "pos")) && kind.equals("dict");
      case "contains-key" ->
          TEXTS.contains(kind)
              || Set.of("dict", "tuple", "list", "empty-tuple", "cycle").contains(kind)
              || (old && kind.equals("bytes"));
      case "write-item" ->
          kind.equals("dict")
              && (hasKeys(of, List.of(step.argument("key", "a")))
                  || of.parts().size() < MOST_WITH_ROOM);
      case "read-attribute" ->
          hasAttribute(of, step.argument("name", "a"))
              || (type && step.argument("name", "a").equals("__name__"));
      case "write-attribute" ->
          kind.equals("heap-type")
              || isNewAttribute(of, step.argument("name", "b"))
              || (!kind.equals("function") && hasAttribute(of, step.argument("name", "b")));
      case "read-namespace" -> kind.equals("object") || kind.equals("function") || type;
      case "weak-reference" ->
          kind.equals("object")
              || kind.equals("function")
              || (kind.equals("slots") && isWeak(of))
              || type;
      case "call" -> kind.equals("function") || kind.equals("closure") || type;
      case "json" -> isPlain(of) || (old && kind.equals("bytes"));
      case "find-last" -> !kind.equals("cycle"); // comparing two cycles recurses without end
      case "pickle" -> !kind.equals("function") && !kind.equals("closure"); // found by no name
      default -> true;
    };
  }

  private static boolean hasKeys(Value of, List<String> names) {
    return List.of(of.attribute("keys", "").split(",", -1)).containsAll(names);
  }

  /** Whether the part that a sort is by can be compared. */
  private static boolean hasKey(Step step, Value of) {
    int index = keyIndex(of, step.argument("key", ""));
    return index >= 0 && index < of.parts().size() && isOrdered(of.parts().get(index), false);
  }

  /** Which part of an element a sort is by; -1 if it has none of that name. */
  static int keyIndex(Value of, String key) {
    return switch (of.kind()) {
      case "tuple", "list" -> key.matches("[0-9]{1,4}") ? Integer.parseInt(key) : -1;
      case "dict", "object", "slots" ->
          List.of(of.attribute("keys", "").split(",", -1)).indexOf(key);
      default -> -1;
    };
  }

  /** What is equal to another object of the same contents. */
  private static boolean isPlainOrSet(Value of) {
    return switch (of.kind()) {
      case "bytes" -> true;
      case "tuple", "list", "dict", "set", "frozenset" ->
          of.parts().stream().allMatch(Applicability::isPlainOrSet);
      default -> isPlain(of);
    };
  }

  private static boolean hasAttribute(Value of, String name) {
    return switch (of.kind()) {
      case "object", "slots" -> hasKeys(of, List.of(name));
      case "function" -> name.equals("__name__");
      default -> false;
    };
  }

  /** Whether a function takes an attribute as its own: those it has are of its type. */
  private static boolean isNewAttribute(Value of, String name) {
    return of.kind().equals("function") && !name.startsWith("_") && !name.startsWith("func_");
  }

  private static boolean isWeak(Value of) {
    return Boolean.parseBoolean(of.attribute("weakref", "false"));
  }

  /** 2.7 compares anything, at last by address; two cycles without end. */
  private static boolean isOrdered(Value of, boolean old) {
    if (old) {
      return !of.kind().equals("cycle");
    }
    return switch (of.kind()) {
      case "int", "float", "str", "bytes", "true", "char", "literal", "empty-tuple" -> true;
      case "tuple", "list" -> of.parts().stream().allMatch(p -> isOrdered(p, old) || isNone(p));
      default -> false;
    };
  }

  private static boolean isNone(Value of) {
    return of.kind().equals("none");
  }

  private static boolean isHashable(Value of) {
    return switch (of.kind()) {
      case "list", "dict", "set", "cycle" -> false;
      default ->
          of.parts().isEmpty()
              || !of.kind().equals("tuple")
              || of.parts().stream().allMatch(Applicability::isHashable);
    };
  }

  /** What json.dumps can write. */
  private static boolean isPlain(Value of) {
    return switch (of.kind()) {
      case "int", "float", "str", "none", "true", "char", "literal", "empty-tuple" -> true;
      case "tuple", "list", "dict", "choice" ->
          of.parts().stream().allMatch(Applicability::isPlain);
      case "pair" ->
          of.parts().get(0).parts().isEmpty()
              && isPlain(of.parts().get(0))
              && isPlain(of.parts().get(1));
      default -> false;
    };
  }
}
