package io.forkscope.models.lua;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.SourceNames;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Lua expressions that make values from {@code i}, and the statements of actions. */
final class LuaSource {

  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9 ._:/-]{0,40}");

  private LuaSource() {}

  /** The expression of a value. */
  static String expression(Value value) {
    return switch (value.kind()) {
      case "int" -> LuaNode.from(value) == 0 ? "i" : "i + " + LuaNode.from(value);
      case "float" -> "i + 0.5";
      case "boolean" -> "true";
      case "literal" -> "'" + literal(value) + "'";
      case "string" -> string(value);
      case "table" ->
          value.parts().stream()
              .map(LuaSource::expression)
              .collect(Collectors.joining(", ", "{ ", " }"));
      case "record" -> record(value);
      case "object" -> "setmetatable(" + record(value) + ", Object)";
      case "closure" -> "function() return i end";
      default -> throw new IllegalArgumentException("no expression makes a " + value.kind());
    };
  }

  private static String literal(Value value) {
    String text = value.attribute("text", "literal");
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "literal text '" + text + "' has other than 40 plain letters");
    }
    return text;
  }

  private static String string(Value value) {
    int repeat = LuaNode.repeat(value);
    return "string.format('"
        + LuaNode.format(value).printf()
        + "', i)"
        + (repeat > 1 ? ":rep(" + repeat + ")" : "");
  }

  private static String record(Value value) {
    String[] keys = SourceNames.keys(value);
    StringBuilder source = new StringBuilder("{ ");
    for (int i = 0; i < keys.length; i++) {
      source.append(i > 0 ? ", " : "").append(keys[i]).append(" = ");
      source.append(expression(value.parts().get(i)));
    }
    return source.append(" }").toString();
  }

  /** The statements of an action; {@code P} holds the populations, {@code d} is the target. */
  static String statement(Step step, Scenario scenario) {
    String stride = step.argument("stride", "1");
    String loop = "for i = 1, #d" + (stride.equals("1") ? "" : ", " + stride) + " do ";
    boolean isMap =
        step.target().map(name -> scenario.population(name).holder().equals("map")).orElse(false);
    return switch (step.verb()) {
      case "nothing" -> "";
      case "count" -> "local n = #d";
      case "iterate" -> "for i, v in ipairs(d) do end";
      case "iterate-pairs" -> "for k, v in pairs(d) do end";
      case "index" -> loop + "local x = d[i] end";
      case "sample" -> sample(step);
      case "length" -> "local t = 0; " + loop + "t = t + #d[i] end";
      case "index-inner" -> loop + "local x = d[i][1] end";
      case "read-field" -> loop + "local x = d[i]." + firstKey(step, scenario) + " end";
      case "write-field" -> loop + "d[i]" + firstSlot(step, scenario) + " = i end";
      case "lookup" -> lookup(step, scenario);
      case "as-key" -> "local m = { q = 1 }; " + loop + "if m[d[i]] then m.q = 2 end end";
      case "contains" -> "local t = 0; " + loop + "if d[i] == 'zzz' then t = t + 1 end end";
      case "sum" -> "local t = 0; " + loop + "t = t + d[i] end";
      case "max" -> "local t = d[1]; " + loop + "if d[i] > t then t = d[i] end end";
      case "assign" -> isMap ? "for k, v in pairs(d) do d[k] = v end" : loop + "d[i] = d[i] end";
      case "sort" -> "table.sort(d)";
      case "copy" ->
          isMap
              ? "local e = {}; for k, v in pairs(d) do e[k] = v end"
              : "local e = {}; " + loop + "e[i] = d[i] end";
      case "map-length" -> "local e = {}; " + loop + "e[i] = #d[i] end";
      case "keys" -> "local e = {}; for k in pairs(d) do e[#e + 1] = k end";
      case "values" -> "local e = {}; for k, v in pairs(d) do e[#e + 1] = v end";
      case "concat" -> "local n = #table.concat(d, ',')";
      case "find" -> loop + "local x = d[i]:find('zz', 1, true) end";
      case "upper" -> loop + "local x = d[i]:upper() end";
      case "append" -> loop + "local x = d[i] .. 'x' end";
      case "tostring" -> loop + "local x = tostring(d[i]) end";
      case "call" -> loop + "d[i]() end";
      case "clear" -> loop + "d[i] = nil end";
      case "drop" ->
          "d = nil; P."
              + SourceNames.identifier(step.target().orElse("data"))
              + " = nil;"
              + " collectgarbage()";
      case "collect" -> "collectgarbage()";
      case "step", "stop", "restart", "generational", "incremental" ->
          "collectgarbage('" + step.verb() + "')";
      case "allocate" -> allocate(step);
      default -> throw new IllegalArgumentException("no statement for " + step.verb());
    };
  }

  /** A chunk that lets {@code tell} of {@code forkscope.c} write where the populations lie. */
  static String telling(Scenario scenario) {
    StringBuilder source = new StringBuilder(512);
    source.append("local P = ...\nlocal tell = package.loadlib('./forkscope.so', 'tell')\n");
    for (int i = 0; i < scenario.populations().size(); i++) {
      Population of = scenario.populations().get(i);
      source.append("do local d = P.").append(SourceNames.identifier(of.name())).append(" or {}\n");
      if (of.holder().equals("map")) {
        source.append("  local K = {}; for k in next, d do K[k] = k end\n");
        source.append("  for i = 1, %d, %d do ".formatted(of.count(), of.keepEvery()));
        source.append("local k = K[").append(expression(of.of().parts().get(0)));
        source.append("]; tell('%d.key', k); tell('%d.value', d[k]) end\nend\n".formatted(i, i));
      } else {
        source.append("  for i = 1, #d do tell('%d', d[i]) end\nend\n".formatted(i));
      }
    }
    return source.append("tell()\n").toString();
  }

  private static String lookup(Step step, Scenario scenario) {
    Population population = scenario.population(step.target().orElse("data"));
    return "for i = 1, "
        + population.count()
        + " do local x = d["
        + expression(population.of().parts().get(0))
        + "] end";
  }

  private static String firstKey(Step step, Scenario scenario) {
    Value of = scenario.population(step.target().orElse("data")).of();
    boolean isRecord = of.kind().equals("record") || of.kind().equals("object");
    return isRecord && !of.parts().isEmpty() ? SourceNames.keys(of)[0] : "p0";
  }

  private static String firstSlot(Step step, Scenario scenario) {
    Value of = scenario.population(step.target().orElse("data")).of();
    return of.kind().equals("table") ? "[1]" : "." + firstKey(step, scenario);
  }

  private static String sample(Step step) {
    double hotRatio = Double.parseDouble(step.argument("hot-ratio", "0.1"));
    double hotShare = Double.parseDouble(step.argument("hot-share", "0.9"));
    String index =
        switch (step.argument("distribution", "uniform")) {
          case "hot" ->
              "math.random() < "
                  + hotShare
                  + " and math.random(math.max(1, n * "
                  + hotRatio
                  + " // 1 | 0)) or math.random(n)";
          case "zipf" -> "math.max(1, n ^ math.random() // 1 | 0)";
          default -> "math.random(n)";
        };
    String touch =
        step.argument("touch", "read").equals("write") ? "d[k] = d[k]" : "local x = d[k]";
    return "local n = #d; for i = 1, "
        + Long.parseLong(step.argument("count", "1000"))
        + " do local k = "
        + index
        + "; "
        + touch
        + " end";
  }

  private static String allocate(Step step) {
    String count = step.argument("count", "200000");
    String value =
        switch (step.argument("of", "table")) {
          case "string" -> "string.format('new-%09d', i)";
          case "closure" -> "function() return i end";
          default -> "{ i }";
        };
    return step.argument("keep", "no").equals("yes")
        ? "local e = {}; kept[#kept + 1] = e; for i = 1, " + count + " do e[i] = " + value + " end"
        : "for i = 1, " + count + " do last = " + value + " end";
  }
}
