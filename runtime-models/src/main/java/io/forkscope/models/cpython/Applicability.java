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

  private static final Set<String> NOT_OF_KEYS =
      Set.of("count-absent", "weak-reference", "read-attribute", "write-attribute", "call");

  private static final Set<String> ARRAYS = Set.of("sum", "contains");

  /** Steps on the elements of any buffer, which are made for the step and dropped again. */
  private static final Set<String> BUFFERS =
      Set.of(
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

  private Applicability() {}

  /**
   * Refuses a step that the population cannot take.
   *
   * @throws IllegalArgumentException naming both
   */
  static void check(Step step, Population population) {
    if (!applies(step, population)) {
      throw new IllegalArgumentException(
          "step "
              + step.verb()
              + " cannot be taken on population "
              + population.name()
              + ", a "
              + population.holder()
              + " of "
              + population.of().kind());
    }
  }

  private static boolean applies(Step step, Population population) {
    String holder = population.holder();
    Value of = population.of();
    return switch (holder) {
      case "list" -> appliesToList(step, of);
      case "dict" ->
          (DICTS_ONLY.contains(step.verb()) && (!step.verb().equals("json") || isPlain(of)))
              || (!DICTS_ONLY.contains(step.verb())
                  && !LISTS_ONLY.contains(step.verb())
                  && !NOT_OF_KEYS.contains(step.verb())
                  && appliesToList(step, of.parts().get(0)));
      case "set" ->
          !LISTS_ONLY.contains(step.verb())
              && !Set.of("count-absent", "json").contains(step.verb())
              && appliesToList(step, of);
      case "array" -> ARRAYS.contains(step.verb()) || BUFFERS.contains(step.verb());
      default ->
          BUFFERS.contains(step.verb())
              || (step.verb().equals("write-buffer") && !holder.equals("bytes"));
    };
  }

  private static boolean appliesToList(Step step, Value of) {
    String kind = of.kind();
    return switch (step.verb()) {
      case "values", "items", "lookup", "read-buffer", "write-buffer" -> false;
      case "sum", "add" -> NUMBERS.contains(kind);
      case "multiply" -> kind.equals("float") || kind.equals("int");
      case "join", "upper" -> TEXTS.contains(kind);
      case "sorted", "sort" ->
          step.arguments().containsKey("key") ? hasKey(step, of) : isOrdered(of);
      case "max" -> isOrdered(of);
      case "contains" -> !step.arguments().containsKey("element") || isPlainOrSet(of);
      case "unpack" -> (kind.equals("tuple") || kind.equals("list")) && of.parts().size() == 2;
      case "hash" -> isHashable(of);
      case "walk", "serve" ->
          hasKeys(of, List.of("id", "name", "tags", "pos")) && kind.equals("dict");
      case "contains-key" -> TEXTS.contains(kind) || Set.of("dict", "tuple", "list").contains(kind);
      case "write-item" -> kind.equals("dict") && hasKeys(of, List.of(step.argument("key", "a")));
      case "read-attribute" -> hasAttribute(of, step.argument("name", "a"));
      case "write-attribute" ->
          !kind.equals("function") && hasAttribute(of, step.argument("name", "b"));
      case "read-namespace" -> kind.equals("object");
      case "weak-reference" -> kind.equals("object") || (kind.equals("slots") && isWeak(of));
      case "call" -> kind.equals("function") || kind.equals("closure");
      case "json" -> isPlain(of);
      case "find-last" -> !kind.equals("cycle"); // comparing two cycles recurses without end
      case "pickle", "deepcopy", "shallow-copy" ->
          !kind.equals("function") && !kind.equals("closure");
      default -> true;
    };
  }

  private static boolean hasKeys(Value of, List<String> names) {
    return List.of(of.attribute("keys", "").split(",", -1)).containsAll(names);
  }

  /** Whether the part that a sort is by can be compared. */
  private static boolean hasKey(Step step, Value of) {
    int index = keyIndex(of, step.argument("key", ""));
    return index >= 0 && index < of.parts().size() && isOrdered(of.parts().get(index));
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

  private static boolean isWeak(Value of) {
    return Boolean.parseBoolean(of.attribute("weakref", "false"));
  }

  private static boolean isOrdered(Value of) {
    return switch (of.kind()) {
      case "int", "float", "str", "bytes", "true", "char", "literal", "empty-tuple" -> true;
      case "tuple", "list" -> of.parts().stream().allMatch(p -> isOrdered(p) || isNone(p));
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
