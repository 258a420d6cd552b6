package io.forkscope.models.php;

import static io.forkscope.core.model.Vocabulary.names;
import static io.forkscope.core.model.Vocabulary.on;
import static io.forkscope.core.model.Vocabulary.word;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of PHP scenarios. Element {@code $i} of a population is built from its value with
 * {@code $i} counted from 0; {@code $d} is the population that {@code on} names. Formats hold one
 * {@code %d} or {@code %0Nd}.
 */
final class PhpVocabulary {

  private PhpVocabulary() {}

  static Vocabulary words() {
    return new Vocabulary(
        kinds(),
        holders(),
        preparations(),
        actions(),
        PhpCases.FORM.builderWords(),
        PhpCases.FORM.actionWords(),
        PhpCases.FORM.modifierWords());
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
        word("int", "$i + from", "from"),
        word("float", "$i + 0.5"),
        word("null", "null"),
        word("literal", "one string constant of the program, the same each time", "text"),
        word("constant-array", "one constant array of the program"),
        word(
            "string",
            "sprintf(format, $i), \"…$i…\" with by=concat, or str_repeat(sprintf(format, $i),"
                + " repeat) with by=repeat",
            "format",
            "by",
            "repeat"),
        word("array", "a list [part, …] made anew"),
        word("hash", "an array with string keys made anew; keys separated by commas", "keys"),
        word("object", "new of a class whose constructor sets a property for each part", "keys"),
        word("cycle", "an object that holds an object that holds it"),
        word("pair", "key and value of a map holder, its two parts"));
  }

  private static List<Word> holders() {
    return List.of(
        word("list", "for ($i…) $d[] = value"), word("map", "for ($i…) $d[key] = value"));
  }

  private static List<Word> preparations() {
    List<Word> words = new ArrayList<>();
    words.add(word("warm-up", "takes the actions once on other arrays of count elements", "count"));
    words.addAll(actions());
    return words;
  }

  private static List<Word> actions() {
    return List.of(
        word("nothing", "return"),
        on("count", "count($d)"),
        on("iterate", "foreach ($d as $v) { }"),
        on("iterate-keys", "foreach ($d as $k => $v) { }"),
        on("iterate-reference", "foreach ($d as &$v) { }"),
        on("index", "for ($i = 0; $i < count($d); $i += stride) $x = $d[$i]", "stride"),
        on("length", "for ($i…) strlen($d[$i])", "stride"),
        on("index-inner", "for ($i…) $x = $d[$i][0]", "stride"),
        on("read-property", "for ($i…) $x = $d[$i]->p0", "stride"),
        on("hash-elements", "for ($i…) isset($m[$d[$i]])"),
        on(
            "sample",
            "$x = $d[k] for count random k; uniform, hot (hot-share of them in the first hot-ratio"
                + " of $d) or zipf",
            "count",
            "distribution",
            "hot-ratio",
            "hot-share"),
        on("write-element", "for ($i…) $d[$i] = $i, or $d[key] = $i", "stride"),
        on("write-inner", "for ($i…) $d[$i][0] = $i, or the first key; of a map $d[key]", "stride"),
        on(
            "write-property",
            "for ($i…) $d[$i]->p0 = $i, the first property; of a map $d[key]",
            "stride"),
        on("delete", "for ($i…) unset($d[$i]), or unset($d[key])", "stride"),
        on("append", "count times $d[] = $i", "count"),
        on("sum", "array_sum($d)"),
        on("max", "max($d)"),
        on("contains", "in_array('zzz', $d, true)"),
        on("contains-key", "for ($i…) isset($d[key])"),
        on("lookup", "for ($i…) $x = $d[key]"),
        on("keys", "count(array_keys($d))"),
        on("values", "count(array_values($d))"),
        on("slice", "count(array_slice($d, from, count))", "from", "count"),
        on("copy-elements", "foreach ($d as $v) $e[] = $v"),
        on("sort", "$e = $d; sort($e)"),
        on("separate", "$e = $d; $e[] = 1"),
        on("assign", "$e = $d; count($e)"),
        on("implode", "strlen(implode(',', $d))"),
        on("json", "strlen(json_encode($d))"),
        on("serialize", "strlen(serialize($d))"),
        on("map-length", "count(array_map('strlen', $d))"),
        on("md5", "foreach ($d as $v) md5($v)"),
        on(
            "generate",
            "foreach ((function () use (&$d) { foreach ($d as $v) yield $v; })() as $v) { }"),
        on("unset", "$d = null"),
        word(
            "include",
            "$x = include of a file that returns an array of entries constants, then dropped",
            "entries"),
        word("collect", "gc_collect_cycles()"),
        word("disable-collector", "gc_disable()"),
        word("allocate-free", "count strings \"x$i\", each dropped for the next", "count"),
        word("allocate", "count strings \"x$i\" kept in a global array", "count"));
  }
}
