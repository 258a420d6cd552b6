package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Value;

/** Which elements of a population compare equal. */
final class Equality {

  static final int LETTERS = 26;

  private Equality() {}

  /** Whether elements {@code a} and {@code b} of a population of such values are equal. */
  static boolean areEqual(Value value, long a, long b) {
    if (a == b) {
      return true;
    }
    return switch (value.kind()) {
      case "none", "true", "literal", "empty-tuple", "builtin-type", "heap-type" -> true;
      case "int", "str" -> {
        long modulo = Long.parseLong(value.attribute("modulo", "0"));
        boolean same = Boolean.parseBoolean(value.attribute("same", "false"));
        yield same || (modulo > 0 && a % modulo == b % modulo);
      }
      case "char" -> a % LETTERS == b % LETTERS;
      case "tuple", "list", "set", "frozenset", "dict" ->
          value.parts().stream().allMatch(part -> areEqual(part, a, b));
      case "choice" -> {
        long every = Long.parseLong(value.attribute("every", "2"));
        boolean first = a % every == 0;
        yield first == (b % every == 0) && areEqual(value.parts().get(first ? 0 : 1), a, b);
      }
      default -> false; // numbers that count on, and what is equal to itself alone
    };
  }

  /** Whether two elements of a population of such values can be equal. */
  private static boolean repeats(Value value) {
    return switch (value.kind()) {
      case "int", "str" ->
          !value.attribute("modulo", "0").equals("0")
              || Boolean.parseBoolean(value.attribute("same", "false"));
      case "tuple", "list", "set", "frozenset", "dict" ->
          value.parts().stream().allMatch(Equality::repeats);
      case "choice" -> value.parts().stream().anyMatch(Equality::repeats);
      default -> areEqual(value, 0, LETTERS);
    };
  }

  /** The first index of a list whose element equals one; its length if there is none. */
  static long firstIndex(HeldPopulation held, long element) {
    Value value = held.population.of();
    boolean repeats = repeats(value);
    for (long index = 0; index < held.length; index++) {
      long other = held.element(index);
      if (repeats ? areEqual(value, other, element) : other == element) {
        return index;
      }
    }
    return held.length;
  }
}
