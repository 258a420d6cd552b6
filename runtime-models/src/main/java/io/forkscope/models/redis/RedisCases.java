package io.forkscope.models.redis;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Requests;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cases in short form, {@code BUILDER.ACTION[.MODIFIER…]}, for example {@code
 * strings.set.bytes100.writes60000.hot10}. The parent acts; each request is one command.
 */
final class RedisCases {

  private static final long DEFAULT_WRITES = 10_000;

  private static final Map<String, Word> BUILDERS = new LinkedHashMap<>();
  private static final Map<String, Word> ACTIONS = new LinkedHashMap<>();

  static {
    builder("strings", "texts of 100 bytes, or bytesN, made by SET");
    builder("populated", "texts made by DEBUG POPULATE");
    builder("integers", "numbers of 8 digits");
    builder("hashes", "hashes of 8 fields of 20 bytes, or bytesN");
    builder("lists", "lists of 8 elements of 20 bytes, or bytesN");
    action("nothing", "nothing", "the server idles");
    action("get", "get", "GET of random keys");
    action("set", "set", "SET of random keys");
    action("setnew", "set-new", "SET of new keys");
    action("del", "delete", "DEL of random keys");
    action("setrange", "set-range", "SETRANGE of 8 bytes at 0 of random keys");
    action("append", "append", "APPEND of 8 bytes to random keys");
    action("incr", "increment", "INCR of random keys");
    action("hset", "set-field", "HSET of the first field of random keys");
    action("rpush", "push", "RPUSH of an element to random keys");
  }

  private static final Pattern NUMBERED = Pattern.compile("([a-z-]+?)(\\d+)");

  private static final List<Word> MODIFIERS =
      List.of(
          Vocabulary.word("bytesN", "values of N bytes"),
          Vocabulary.word("keyN", "names of N bytes; 16 without it"),
          Vocabulary.word("writesN", "N commands while the child lives; 10000 without it"),
          Vocabulary.word(
              "rateN", "N commands a second, sent as they are due each ms; goes with secondsN"),
          Vocabulary.word(
              "pipelineN", "N commands are sent together; without it and rateN, as fill a read"),
          Vocabulary.word("secondsN", "the child lives N seconds; goes with rateN"),
          Vocabulary.word("hotN", "all commands go to N percent of the keys"),
          Vocabulary.word("zipf", "keys follow a Zipf distribution, exponent 0.99"),
          Vocabulary.word("shuffled", "keys were made in random order"),
          Vocabulary.word("keepN", "all but each N-th key were deleted before"),
          Vocabulary.word("libc", "glibc's malloc in place of jemalloc"),
          Vocabulary.word("thp", "transparent huge pages for the heap"),
          Vocabulary.word("uncompressed", "the child does not compress texts"));

  private RedisCases() {}

  private static void builder(String name, String explanation) {
    BUILDERS.put(name, Vocabulary.word(name, explanation));
  }

  private static void action(String name, String verb, String explanation) {
    ACTIONS.put(name, Vocabulary.word(name, explanation, verb));
  }

  static List<Word> builderWords() {
    return List.copyOf(BUILDERS.values());
  }

  static List<Word> actionWords() {
    return ACTIONS.values().stream()
        .map(w -> new Word(w.name(), w.explanation(), List.of()))
        .toList();
  }

  static List<Word> modifierWords() {
    return MODIFIERS;
  }

  static Scenario expand(String caseName, String version, long count) {
    String[] words = caseName.split("\\.", -1);
    if (words.length < 2) {
      throw new IllegalArgumentException(
          "a case is BUILDER.ACTION[.MODIFIER], for example strings.set, not " + caseName);
    }
    Nearest.check("builder", words[0], BUILDERS.keySet());
    Nearest.check("action", words[1], ACTIONS.keySet());
    String verb = Objects.requireNonNull(ACTIONS.get(words[1])).attributes().get(0);
    Map<String, Long> numbers = new TreeMap<>();
    for (String word : List.of(words).subList(2, words.length)) {
      modifier(word, numbers);
    }
    Scenario scenario = build(caseName, version, count, words[0], verb, numbers);
    RedisModel.check(scenario);
    return scenario;
  }

  private static void modifier(String word, Map<String, Long> into) {
    List<String> known = MODIFIERS.stream().map(Word::name).toList();
    Matcher numbered = NUMBERED.matcher(word);
    boolean withNumber = numbered.matches();
    String stem = withNumber ? numbered.group(1) : word;
    if (!known.contains(withNumber ? stem + "N" : word)) {
      throw new IllegalArgumentException(Nearest.refusal("modifier", word, known));
    }
    if (withNumber && numbered.group(2).length() > 9) {
      throw new IllegalArgumentException("the number of " + stem + " has more than 9 digits");
    }
    into.put(stem, withNumber ? Long.parseLong(numbered.group(2)) : 1);
  }

  private static Scenario build(
      String name,
      String version,
      long count,
      String builder,
      String verb,
      Map<String, Long> numbers) {
    String kind =
        switch (builder) {
          case "integers" -> "integer";
          case "hashes" -> "hash";
          case "lists" -> "list";
          default -> "string";
        };
    Map<String, String> value = new TreeMap<>();
    if (numbers.containsKey("bytes") && !kind.equals("integer")) {
      value.put("bytes", Long.toString(numbers.get("bytes")));
    }
    if (numbers.containsKey("key")) {
      value.put("key-bytes", Long.toString(numbers.get("key")));
    }
    Population data =
        new Population(
            "data",
            builder.equals("populated") ? "populate" : "list",
            new Value(kind, value, List.of()),
            count,
            numbers.containsKey("shuffled") ? 1 : -1,
            Math.toIntExact(numbers.getOrDefault("keep", 1L)));
    Map<String, String> options = new TreeMap<>();
    if (numbers.containsKey("libc")) {
      options.put(RedisModel.MALLOC, "libc");
    }
    if (numbers.containsKey("thp")) {
      options.put(RedisModel.HUGE_PAGES, "on");
    }
    if (numbers.containsKey("uncompressed")) {
      options.put(RedisModel.COMPRESSION, "off");
    }
    for (String number : List.of(RedisModel.PIPELINE, RedisModel.RATE)) {
      if (numbers.containsKey(number)) {
        options.put(number, Long.toString(numbers.get(number)));
      }
    }
    long writes = writes(numbers);
    return new Scenario(
        name,
        "redis",
        version,
        options,
        List.of(data),
        List.of(),
        new ForkPlan(1, ForkPlan.Acting.PARENT),
        List.of(new Step(verb, arguments(verb, numbers))),
        new Requests(writes, List.of(writes), 0),
        1);
  }

  private static Map<String, String> arguments(String verb, Map<String, Long> numbers) {
    Map<String, String> arguments = new TreeMap<>();
    if (verb.equals("nothing")) {
      return arguments;
    }
    arguments.put("on", "data");
    if (numbers.containsKey("hot")) {
      arguments.put("distribution", "hot");
      arguments.put("hot-ratio", Double.toString(numbers.get("hot") / 100.0));
    }
    if (numbers.containsKey("zipf")) {
      arguments.put("distribution", "zipf");
    }
    return arguments;
  }

  private static long writes(Map<String, Long> numbers) {
    List<String> missing = new ArrayList<>(List.of("rate", "seconds"));
    missing.removeAll(numbers.keySet());
    if (missing.size() == 1 || (missing.isEmpty() && numbers.containsKey("writes"))) {
      throw new IllegalArgumentException(
          "say writesN, or rateN and secondsN together, of which the product is taken");
    }
    return missing.isEmpty()
        ? Math.max(1, numbers.getOrDefault("rate", 1L) * numbers.getOrDefault("seconds", 1L))
        : Math.max(1, numbers.getOrDefault("writes", DEFAULT_WRITES));
  }
}
