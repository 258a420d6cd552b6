package io.forkscope.models.redis;

/**
 * The names of a population's keys: a prefix and the key's number, padded with zeroes to {@code
 * bytes}; DEBUG POPULATE pads nothing, so that its names are as long as their numbers make them.
 *
 * @param prefix with its colon
 * @param digits to pad to; 1 for none
 */
record RedisNames(String prefix, int digits) {

  private static final String FILLER = "key";

  /**
   * The names of a population.
   *
   * @param bytes of a name, the longest one's where nothing is padded
   * @param population its place among the scenario's
   * @throws IllegalArgumentException if names of so few bytes cannot differ
   */
  static RedisNames of(int bytes, long count, int population, boolean padded) {
    int digits = Long.toString(Math.max(0, count - 1)).length();
    int room = bytes - digits - 1;
    if (room < 1) {
      throw new IllegalArgumentException(
          "key-bytes must be at least " + (digits + 2) + " for " + count + " keys, not " + bytes);
    }
    char mark = (char) ('a' + population % 26);
    if (padded) {
      String prefix = room < 4 ? String.valueOf(mark) : FILLER.substring(0, 2) + mark;
      return new RedisNames(prefix + ":", bytes - prefix.length() - 1);
    }
    return new RedisNames(mark + FILLER.repeat(room).substring(0, room - 1) + ":", 1);
  }

  /** The length of a name. */
  int length(long key) {
    int own = key < 10 ? 1 : (int) Math.log10(key + 0.5) + 1;
    return prefix.length() + Math.max(digits, own);
  }

  /** The name of a key. */
  String name(long key) {
    String number = Long.toString(key);
    return prefix + "0".repeat(Math.max(0, digits - number.length())) + number;
  }

  /** The key of a name; -1 if it is the name of none. */
  int key(String name) {
    if (!name.startsWith(prefix) || name.length() == prefix.length()) {
      return -1;
    }
    long number = 0;
    for (int i = prefix.length(); i < name.length() && number >= 0; i++) {
      int digit = Character.digit(name.charAt(i), 10);
      number = digit < 0 || number > Keyspace.MOST_KEYS ? -1 : 10 * number + digit;
    }
    return number > Keyspace.MOST_KEYS ? -1 : (int) number;
  }
}
