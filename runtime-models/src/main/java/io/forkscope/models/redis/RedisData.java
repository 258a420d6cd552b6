package io.forkscope.models.redis;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A population of keys, its words read and checked.
 *
 * @param population as the scenario says it
 * @param names of its keys
 * @param kind of its values
 * @param bytes of a string, of a field's or element's text
 * @param elements fields of a hash, elements of a list
 * @param fieldBytes bytes of a field's name
 */
record RedisData(
    Population population, RedisNames names, String kind, int bytes, int elements, int fieldBytes) {

  /** Digits of the integers that a population holds: 10,000,000 and more are never shared. */
  static final int INTEGER_DIGITS = 8;

  private static final int MOST_BYTES = 512 << 20; // proto-max-bulk-len

  /** The populations of a scenario, in order. */
  static List<RedisData> of(Scenario scenario) {
    List<RedisData> all = new ArrayList<>();
    for (Population population : scenario.populations()) {
      all.add(of(population, all.size()));
    }
    return all;
  }

  private static RedisData of(Population population, int index) {
    Nearest.check("holder", population.holder(), RedisVocabulary.holderNames());
    Value of = population.of();
    Nearest.check("kind", of.kind(), RedisVocabulary.kindNames());
    Nearest.check("text", of.attribute("text", "varied"), List.of("varied", "same"));
    boolean populate = isPopulate(population);
    if (populate && !of.kind().equals("string")) {
      throw new IllegalArgumentException(
          "population " + population.name() + ": DEBUG POPULATE makes strings only");
    }
    if (population.count() > Keyspace.MOST_KEYS) {
      throw new IllegalArgumentException(
          "a scenario holds at most " + Keyspace.MOST_KEYS + " keys, not " + population.count());
    }
    int bytes = number(of, "bytes", of.kind().equals("string") ? 100 : 20, 1, MOST_BYTES);
    RedisData data =
        new RedisData(
            population,
            RedisNames.of(
                number(of, "key-bytes", 16, 3, 512), population.count(), index, !populate),
            of.kind(),
            bytes,
            number(of, of.kind().equals("list") ? "elements" : "fields", 8, 1, 128),
            6);
    data.checkListpack();
    return data;
  }

  /** Whether DEBUG POPULATE makes its keys, and not a SET each. */
  boolean isPopulate() {
    return isPopulate(population);
  }

  private static boolean isPopulate(Population population) {
    return population.holder().equals("populate");
  }

  /** Whether all keys hold the same text. */
  boolean isSame() {
    return population.of().attribute("text", "varied").equals("same");
  }

  int count() {
    return (int) population.count();
  }

  // hash-max-listpack-value 64 and hash-max-listpack-entries 128 are Redis's defaults
  private void checkListpack() {
    if (kind.equals("hash") && bytes > 64) {
      throw new IllegalArgumentException(
          "population "
              + population.name()
              + ": hashes are modelled with values of at most 64 bytes (listpack), not "
              + bytes);
    }
    if (kind.equals("list") && bytes > RedisSizes.LIST_NODE_LIMIT / 2) {
      throw new IllegalArgumentException(
          "population "
              + population.name()
              + ": lists are modelled with elements of at most 4096 bytes, not "
              + bytes);
    }
  }

  /** Bytes of a key's value as one text of the dump: all nodes of a list; integers are none. */
  long dumpedBytes() {
    return switch (kind) {
      case "integer" -> 0;
      case "string" -> bytes;
      case "hash" ->
          RedisSizes.LISTPACK_HEADER
              + 1
              + (long) elements * (RedisSizes.element(fieldBytes) + RedisSizes.element(bytes));
      default -> RedisSizes.LISTPACK_HEADER + 1 + (long) elements * RedisSizes.element(bytes);
    };
  }

  /** A number among a step's arguments. */
  static int number(Step step, String name, int otherwise, int least, int most) {
    return parse(step.verb(), name, step.argument(name, ""), otherwise, least, most);
  }

  private static int number(Value value, String name, int otherwise, int least, int most) {
    return parse(value.kind(), name, value.attribute(name, ""), otherwise, least, most);
  }

  /** A number in bounds; {@code otherwise} where there is no text. */
  static int parse(String of, String name, String text, int otherwise, int least, int most) {
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused below, like a number out of range
    }
    throw new IllegalArgumentException(
        name + " of " + of + " must be " + least + " to " + most + ", not " + text);
  }
}
