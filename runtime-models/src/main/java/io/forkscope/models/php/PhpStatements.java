package io.forkscope.models.php;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;

/** The PHP statements of each action; {@code $d} is the population. */
final class PhpStatements {

  private PhpStatements() {}

  static String of(Step step, Scenario scenario) {
    String loop = loop(step, 1);
    return switch (step.verb()) {
      case "nothing" -> "return;";
      case "count" -> "return count($d);";
      case "iterate" -> "foreach ($d as $v) { }";
      case "iterate-keys" -> "foreach ($d as $k => $v) { }";
      case "iterate-reference" -> "foreach ($d as &$v) { }";
      case "index" -> loop + "$x = $d[$i]; }";
      case "length" -> loop + "strlen($d[$i]); }";
      case "index-inner" -> loop + "$x = $d[$i][0]; }";
      case "read-property" -> loop + "$x = $d[$i]->" + firstProperty(step, scenario) + "; }";
      case "hash-elements" -> "$m = ['q' => 1]; " + loop + "isset($m[$d[$i]]); }";
      case "sample" -> sample(step);
      case "write-element" -> eachPlace(step, scenario, "%s = $i;");
      case "write-inner" -> eachPlace(step, scenario, "%s[" + firstKey(step, scenario) + "] = $i;");
      case "write-property" ->
          eachPlace(step, scenario, "%s->" + firstProperty(step, scenario) + " = $i;");
      case "delete" -> eachPlace(step, scenario, "unset(%s);");
      case "append" -> "for ($i = 0; $i < " + count(step, "1000") + "; $i++) $d[] = $i;";
      case "max" -> "return max($d);";
      case "slice" ->
          "return count(array_slice($d, " + from(step) + ", " + count(step, "1000") + "));";
      case "copy-elements" -> "$e = []; foreach ($d as $v) $e[] = $v;";
      case "disable-collector" -> "gc_disable();";
      case "allocate-free" ->
          "for ($i = 0; $i < " + count(step, "100000") + "; $i++) $s = \"x$i\";";
      case "sum" -> "return array_sum($d);";
      case "contains" -> "return in_array('zzz', $d, true);";
      case "contains-key" -> loop + "isset($d[" + key(step, scenario) + "]); }";
      case "lookup" -> loop + "$x = $d[" + key(step, scenario) + "]; }";
      case "keys" -> "return count(array_keys($d));";
      case "values" -> "return count(array_values($d));";
      case "sort" -> "$e = $d; sort($e);";
      case "separate" -> "$e = $d; $e[] = 1;";
      case "assign" -> "$e = $d; return count($e);";
      case "implode" -> "return strlen(implode(',', $d));";
      case "json" -> "return strlen(json_encode($d));";
      case "serialize" -> "return strlen(serialize($d));";
      case "map-length" -> "return count(array_map('strlen', $d));";
      case "md5" -> "foreach ($d as $v) md5($v);";
      case "generate" ->
          "foreach ((function () use (&$d) { foreach ($d as $v) yield $v; })() as $v) { }";
      case "include" -> "$x = include '" + PhpIncludes.fileName(entries(step)) + "';";
      case "unset" -> "$d = null;";
      case "collect" -> "return gc_collect_cycles();";
      case "allocate" ->
          "$GLOBALS['keep'] = []; for ($i = 0; $i < "
              + count(step, "100000")
              + "; $i++) $GLOBALS['keep'][] = \"x$i\";";
      default -> throw new IllegalArgumentException("no statement for " + step.verb());
    };
  }

  /** A loop over each {@code every}-th number, of which there are as many as elements. */
  private static String loop(Step step, long every) {
    return "$n = count($d)"
        + (every == 1 ? "" : " * " + every)
        + "; for ($i = 0; $i < $n; $i += "
        + every * Long.parseLong(step.argument("stride", "1"))
        + ") { ";
  }

  /** A statement for the place of each element: that of its key in a map. */
  private static String eachPlace(Step step, Scenario scenario, String statement) {
    Population of = target(step, scenario);
    boolean isMap = of.holder().equals("map");
    String place = "$d[" + (isMap ? key(step, scenario) : "$i") + "]";
    return loop(step, isMap ? of.keepEvery() : 1) + statement.replace("%s", place) + " }";
  }

  private static String sample(Step step) {
    String hotRatio = Double.toString(Double.parseDouble(step.argument("hot-ratio", "0.1")));
    String hotShare = Double.toString(Double.parseDouble(step.argument("hot-share", "0.9")));
    String index =
        switch (step.argument("distribution", "uniform")) {
          case "hot" ->
              "mt_rand() / 2147483648 < "
                  + hotShare
                  + " ? mt_rand(0, (int)($n * "
                  + hotRatio
                  + ") - 1) : mt_rand(0, $n - 1)";
          case "zipf" -> "(int)($n ** (mt_rand() / 2147483648)) - 1";
          default -> "mt_rand(0, $n - 1)";
        };
    return "$n = count($d); for ($i = 0; $i < "
        + Long.parseLong(step.argument("count", "1000"))
        + "; $i++) { $k = "
        + index
        + "; $x = $d[$k]; }";
  }

  private static long count(Step step, String otherwise) {
    return Long.parseLong(step.argument("count", otherwise));
  }

  /** Entries of the file that {@code include} reads. */
  static long entries(Step step) {
    long entries = PhpActions.number(step, "entries", PhpIncludes.ENTRIES);
    if (entries < 1 || entries > 100_000) {
      throw new IllegalArgumentException("entries must be 1 to 100000, not " + entries);
    }
    return entries;
  }

  private static long from(Step step) {
    return Long.parseLong(step.argument("from", "0"));
  }

  private static String firstKey(Step step, Scenario scenario) {
    Population population = target(step, scenario);
    Value of = value(population);
    return of.kind().equals("hash") ? "'" + PhpSource.keys(of)[0] + "'" : "0";
  }

  private static String firstProperty(Step step, Scenario scenario) {
    Population population = target(step, scenario);
    Value of = value(population);
    return of.kind().equals("object") && !of.parts().isEmpty() ? PhpSource.keys(of)[0] : "x";
  }

  private static Value value(Population population) {
    Value of = population.of();
    return population.holder().equals("map") ? of.parts().get(1) : of;
  }

  private static String key(Step step, Scenario scenario) {
    Population population = target(step, scenario);
    return population.holder().equals("map")
        ? PhpSource.expression(population.of().parts().get(0))
        : "sprintf('key-%09d', $i)";
  }

  private static Population target(Step step, Scenario scenario) {
    return scenario.population(step.target().orElse("data"));
  }
}
