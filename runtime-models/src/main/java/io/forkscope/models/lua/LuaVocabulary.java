package io.forkscope.models.lua;

import static io.forkscope.core.model.Vocabulary.names;
import static io.forkscope.core.model.Vocabulary.on;
import static io.forkscope.core.model.Vocabulary.word;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import java.util.List;

/**
 * The words of Lua scenarios. Element {@code i} of a population is built from its value with {@code
 * i} counted from 1; {@code d} is the population that {@code on} names. Formats hold one {@code %d}
 * or {@code %0Nd}.
 */
final class LuaVocabulary {

  private LuaVocabulary() {}

  static Vocabulary words() {
    return new Vocabulary(
        kinds(),
        holders(),
        preparations(),
        actions(),
        LuaCases.FORM.builderWords(),
        LuaCases.FORM.actionWords(),
        LuaCases.FORM.modifierWords());
  }

  static List<String> kindNames() {
    return names(kinds());
  }

  static List<String> holderNames() {
    return names(holders());
  }

  static List<String> preparationNames() {
    return names(preparations());
  }

  static List<String> actionNames() {
    return names(actions());
  }

  private static List<Word> kinds() {
    return List.of(
        word("int", "i + from", "from"),
        word("float", "i + 0.5"),
        word("boolean", "true"),
        word("literal", "one string constant of the program, the same each time", "text"),
        word("string", "string.format(format, i), or that :rep(repeat)", "format", "repeat"),
        word("table", "{part, …} made anew"),
        word("record", "{key = part, …} made anew; keys separated by commas", "keys"),
        word("object", "a record with a metatable", "keys"),
        word("closure", "function() return i end"),
        word("pair", "key and value of a map holder, its two parts"));
  }

  private static List<Word> holders() {
    return List.of(
        word("list", "for i = 1, count do d[i] = value end"),
        word("map", "for i = 1, count do d[key] = value end"));
  }

  private static List<Word> preparations() {
    return List.of(
        word("collect", "collectgarbage()"),
        word("stop", "collectgarbage('stop')"),
        word("restart", "collectgarbage('restart')"),
        word("generational", "collectgarbage('generational')"),
        word("incremental", "collectgarbage('incremental')"),
        word("warm-up", "takes the actions once on other tables of count elements", "count"));
  }

  private static List<Word> actions() {
    return List.of(
        word("nothing", "return"),
        on("count", "#d"),
        on("iterate", "for i, v in ipairs(d) do end"),
        on("iterate-pairs", "for k, v in pairs(d) do end"),
        on("index", "for i = 1, #d, stride do local x = d[i] end", "stride"),
        on(
            "sample",
            "local x = d[k], or d[k] = d[k] with touch=write, for count random k; uniform, hot"
                + " (hot-share of them in the first hot-ratio of d) or zipf",
            "count",
            "distribution",
            "hot-ratio",
            "hot-share",
            "touch"),
        on("length", "for i… #d[i]"),
        on("index-inner", "for i… d[i][1]"),
        on("read-field", "for i… d[i].key, the record's first key"),
        on("write-field", "for i… d[i].key = i, or d[i][1] = i"),
        on("lookup", "for i… d[key]"),
        on("as-key", "for i… m[d[i]], where m has none of them"),
        on("contains", "for i… d[i] == 'zzz'"),
        on("sum", "for i… t = t + d[i]"),
        on("max", "for i… if d[i] > t then t = d[i] end"),
        on("assign", "for i = 1, #d, stride do d[i] = d[i] end; on a map, over pairs", "stride"),
        on("sort", "table.sort(d)"),
        on("copy", "local e = {}; for i… e[i] = d[i]; a map by pairs"),
        on("map-length", "local e = {}; for i… e[i] = #d[i]"),
        on("keys", "local e = {}; for k in pairs(d) do e[#e + 1] = k end"),
        on("values", "local e = {}; for k, v in pairs(d) do e[#e + 1] = v end"),
        on("concat", "#table.concat(d, ',')"),
        on("find", "for i… d[i]:find('zz', 1, true)"),
        on("upper", "for i… d[i]:upper()"),
        on("append", "for i… d[i] .. 'x'"),
        on("tostring", "for i… tostring(d[i])"),
        on("call", "for i… d[i]()"),
        on("clear", "for i… d[i] = nil"),
        on("drop", "d = nil; collectgarbage()"),
        word("collect", "collectgarbage()"),
        word("step", "collectgarbage('step')"),
        word(
            "allocate",
            "count times {i}, a string or a closure (of), each kept in a new table (keep=yes) or"
                + " dropped",
            "count",
            "of",
            "keep"));
  }
}
