package io.forkscope.models.ruby;

import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The actions of Ruby scenarios, and the Ruby each stands for; {@code d} is the population. */
final class RubyVerbs {

  /** Iterations of an alloc whose count is not given. */
  static final long ALLOC_COUNT = 200_000;

  /** What a require whose library is not given loads. */
  private static final String LIBRARY = "set";

  /** Seed of a sample whose seed is not given. */
  static final long SEED = 77;

  /** Actions that do not go through the elements of a population. */
  private static final Set<String> HOLDERLESS =
      Set.of(
          "noop", "json", "marshal", "gc", "gc4", "minor", "compact", "alloc", "call", "require");

  private static final Map<String, Verb> VERBS = verbs();

  /** Every action. */
  static final Set<String> NAMES = VERBS.keySet();

  private RubyVerbs() {}

  /**
   * An action.
   *
   * @param code its Ruby; {@code STRIDE}, {@code COUNT} and {@code EVERY} stand for arguments
   * @param arguments what it takes beside {@code on}
   * @param kinds kinds of elements it is defined for; empty for all
   * @param arrayOnly whether its population has to be an array
   */
  private record Verb(String code, List<String> arguments, Set<String> kinds, boolean arrayOnly) {}

  private static Map<String, Verb> verbs() {
    Map<String, Verb> c = new LinkedHashMap<>();
    all(c, "noop", "nil");
    all(c, "each", "d.each { |x| }");
    all(c, "index", "i = 0; n = d.size; while i < n; d[i]; i += STRIDE; end", "stride");
    array(
        c,
        "sample",
        "x = d[k], then take (read, length, hash, freeze or set-attr), for count random k:"
            + " uniform, hot (hot-share of them in the first hot-ratio of d) or zipf",
        "count",
        "seed",
        "distribution",
        "hot-ratio",
        "hot-share",
        "take");
    of(c, "sum", "d.sum", "int", "float", "bigint");
    of(c, "max", "d.max", "int", "float", "bigint", "str", "sym");
    of(c, "min", "d.min", "int", "float", "bigint", "str", "sym");
    all(c, "include", "d.include?(-1)");
    array(c, "map", "d.map { |x| x }.size");
    all(c, "copy", "d.dup.size");
    of(
        c,
        "length",
        "d.each { |x| x.length }",
        "str",
        "sym",
        "array",
        "hash",
        "record",
        "pair",
        "struct");
    all(c, "eq", "d.count { |x| x == 'zzz' }");
    of(c, "ascii", "d.each { |x| x.ascii_only? }", "str");
    all(c, "match", "d.each { |x| x =~ /z/ }");
    all(c, "hashv", "d.each { |x| x.hash }");
    of(c, "sort", "d.sort.size", "int", "float", "bigint", "str", "sym", "array", "pair");
    all(c, "dup", "d.each { |x| x.dup }");
    of(c, "substr", "d.each { |x| x[5, 200] }", "int", "bigint", "str", "sym", "array", "pair");
    of(c, "toi", "d.each { |x| x.to_i }", "int", "float", "bigint", "str");
    all(c, "tosym", "d.each { |x| x.to_s }");
    of(c, "attr", "d.each { |x| x.x }", "object", "struct");
    of(c, "set-attr", "d.each { |x| x.instance_variable_set(:@x, 0) }", "object");
    of(c, "set-item", "d.each { |x| x[0] = 0 }", "array", "struct");
    all(c, "oid", "d.each { |x| x.object_id }");
    all(c, "freeze", "d.each { |x| x.freeze }");
    all(c, "lookup", "d.size.times { |i| d[\"key-%09d\" % i] }");
    all(c, "keys", "d.each { |k, v| }");
    all(c, "values", "d.each_value { |v| }");
    all(c, "json", "JSON.generate(d).size");
    all(c, "marshal", "Marshal.dump(d).size");
    array(c, "delete", "i = -1; d.reject! { (i += 1) % EVERY == 0 }", "every");
    all(c, "gc", "COUNT.times { GC.start }", "count");
    all(c, "gc4", "4.times { GC.start }");
    all(c, "minor", "GC.start(full_mark: false)");
    all(c, "compact", "GC.compact");
    all(c, "alloc", "COUNT.times { |i| \"x#{i}\" }, or kept in an array", "count", "keep");
    all(c, "require", "require 'LIBRARY'", "library");
    of(c, "call", "3000.times { |i| d.send(\"m#{i}\") }", "methods");
    return c;
  }

  private static void all(Map<String, Verb> into, String name, String code, String... arguments) {
    into.put(name, new Verb(code, List.of(arguments), Set.of(), false));
  }

  private static void array(Map<String, Verb> into, String name, String code, String... arguments) {
    into.put(name, new Verb(code, List.of(arguments), Set.of(), true));
  }

  private static void of(Map<String, Verb> into, String name, String code, String... kinds) {
    into.put(name, new Verb(code, List.of(), Set.of(kinds), false));
  }

  private static Verb verb(String name) {
    Verb verb = VERBS.get(name);
    if (verb == null) {
      throw new IllegalArgumentException("no such action: " + name);
    }
    return verb;
  }

  /** What an action takes beside the population it works on. */
  static List<String> arguments(String name) {
    return verb(name).arguments();
  }

  /** Whether an action is defined for elements of a kind in a holder. */
  static boolean applies(String name, String holder, String kind) {
    Verb verb = verb(name);
    boolean holds = holder.equals("array") || holder.equals("hash");
    boolean hashVerb = name.equals("lookup") || name.equals("values");
    return (verb.kinds().isEmpty() || verb.kinds().contains(kind))
        && (!verb.arrayOnly() || holder.equals("array"))
        && (!hashVerb || holder.equals("hash"))
        && (holds || HOLDERLESS.contains(name));
  }

  /** The statement of an action. */
  static String code(Step step) {
    return switch (step.verb()) {
      case "sample" -> sample(step);
      case "alloc" -> alloc(step);
      case "require" -> "require '" + library(step) + "'";
      case "gc" -> count(step, "count", 1) == 1 ? "GC.start" : times(step) + "GC.start }";
      default ->
          verb(step.verb())
              .code()
              .replace("STRIDE", Long.toString(count(step, "stride", 1)))
              .replace("EVERY", Long.toString(count(step, "every", 1)));
    };
  }

  private static String times(Step step) {
    return count(step, "count", 1) + ".times { ";
  }

  private static String alloc(Step step) {
    long count = count(step, "count", ALLOC_COUNT);
    return keeps(step)
        ? "($kept ||= []) << Array.new(" + count + ") { |i| \"x#{i}\" }"
        : count + ".times { |i| \"x#{i}\" }";
  }

  /** The library of a require. */
  static String library(Step step) {
    String name = step.argument("library", LIBRARY);
    RubyLibrary.check(name);
    return name;
  }

  /** Whether an alloc keeps what it makes. */
  static boolean keeps(Step step) {
    return Boolean.parseBoolean(step.argument("keep", "false"));
  }

  private static String sample(Step step) {
    String index =
        switch (step.argument("distribution", "uniform")) {
          case "hot" -> "(r.rand < " + ratio(step, "hot-share", 0.9) + " ? r.rand(m) : r.rand(n))";
          case "zipf" -> "((n ** r.rand).to_i - 1)";
          default -> "r.rand(n)";
        };
    String take =
        switch (step.argument("take", "read")) {
          case "length" -> "x.length";
          case "hash" -> "x.hash";
          case "freeze" -> "x.freeze";
          case "set-attr" -> "x.instance_variable_set(:@x, 0)";
          default -> "";
        };
    String seed = Long.toString(count(step, "seed", SEED));
    return "r = ($random"
        + seed
        + " ||= Random.new("
        + seed
        + ")); n = d.size; m = [(n * "
        + ratio(step, "hot-ratio", 0.1)
        + ").to_i, 1].max; "
        + count(step, "count", 1000)
        + ".times { x = d["
        + index
        + "]; "
        + take
        + " }";
  }

  /** A whole number of a step. */
  static long count(Step step, String name, long otherwise) {
    String text = step.argument(name, Long.toString(otherwise));
    try {
      long value = Long.parseLong(text);
      if (value >= (name.equals("seed") ? 0 : 1) && value <= 4_000_000_000L) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below, as a number out of bounds is
    }
    throw new IllegalArgumentException(
        name + " of action " + step.verb() + " must be a whole number, at least 1, not " + text);
  }

  /** A ratio of a step. */
  static double ratio(Step step, String name, double otherwise) {
    String text = step.argument(name, Double.toString(otherwise));
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below, as a number out of bounds is
    }
    throw new IllegalArgumentException(
        name + " of action " + step.verb() + " must be 0 to 1, not " + text);
  }

  static List<Word> words() {
    return VERBS.entrySet().stream()
        .map(
            e -> {
              List<String> attributes = new java.util.ArrayList<>(List.of("on"));
              attributes.addAll(e.getValue().arguments());
              return new Word(e.getKey(), e.getValue().code(), attributes);
            })
        .toList();
  }
}
