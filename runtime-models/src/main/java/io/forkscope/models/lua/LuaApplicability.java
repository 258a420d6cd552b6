package io.forkscope.models.lua;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which actions Lua allows on which kinds of elements; others are errors in Lua. */
final class LuaApplicability {

  private static final List<String> TEXT = List.of("string", "literal");
  private static final List<String> NUMBERS = List.of("int", "float");
  private static final List<String> TABLES = List.of("table", "record", "object");

  /** Kinds of elements that an action needs; an action that is not named takes all. */
  private static final Map<String, Set<String>> KINDS =
      Map.ofEntries(
          Map.entry("length", kinds(TEXT, TABLES)),
          Map.entry("map-length", kinds(TEXT, TABLES)),
          Map.entry("index-inner", kinds(TEXT, TABLES)),
          Map.entry("read-field", kinds(TEXT, TABLES)),
          Map.entry("write-field", kinds(TABLES)),
          Map.entry("sum", kinds(NUMBERS)),
          Map.entry("max", kinds(NUMBERS, TEXT)),
          Map.entry("sort", kinds(NUMBERS, TEXT)),
          Map.entry("concat", kinds(NUMBERS, TEXT)),
          Map.entry("append", kinds(NUMBERS, TEXT)),
          Map.entry("find", kinds(TEXT)),
          Map.entry("upper", kinds(TEXT)),
          Map.entry("call", kinds(List.of("closure"))));

  /** Actions on {@code d[1]} to {@code d[#d]}, none of which a map has. */
  private static final Set<String> LISTS =
      Set.of(
          "length",
          "index-inner",
          "read-field",
          "write-field",
          "sum",
          "max",
          "sort",
          "concat",
          "append",
          "find",
          "upper",
          "call",
          "map-length",
          "tostring",
          "clear",
          "sample");

  private LuaApplicability() {}

  @SafeVarargs
  private static Set<String> kinds(List<String>... lists) {
    Set<String> all = new java.util.TreeSet<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  static void check(Step step, Scenario plan) {
    if (step.target().isEmpty()) {
      return;
    }
    Population target = plan.population(step.target().get());
    boolean isMap = target.holder().equals("map");
    if (step.verb().equals("lookup") && !isMap) {
      throw new IllegalArgumentException("lookup needs a map; " + target.name() + " is a list");
    }
    if (isMap && LISTS.contains(step.verb())) {
      throw new IllegalArgumentException(
          step.verb() + " needs a list; " + target.name() + " is a map");
    }
    String kind = target.of().kind();
    Set<String> allowed = KINDS.get(step.verb());
    if (!isMap && allowed != null && !allowed.contains(kind)) {
      throw new IllegalArgumentException(
          step.verb() + " of a " + kind + " is an error in Lua; it takes " + allowed);
    }
  }
}
