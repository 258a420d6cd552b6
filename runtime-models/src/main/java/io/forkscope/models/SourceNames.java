package io.forkscope.models;

import io.forkscope.core.scenario.Value;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names in the programs that drivers write. */
public final class SourceNames {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,30}");

  private SourceNames() {}

  /** The keys of the parts of a record, a hash or an object. */
  public static String[] keys(Value value) {
    return keys(value, value.parts().size());
  }

  /**
   * The keys of a value that has so many parts: given ones, or p0, p1, …
   *
   * @throws IllegalArgumentException if there are not as many, or one is no name
   */
  public static String[] keys(Value value, int parts) {
    String given = value.attribute("keys", "");
    String[] keys = new String[parts];
    for (int i = 0; i < parts; i++) {
      keys[i] = "p" + i;
    }
    if (!given.isEmpty()) {
      keys = given.split(",", -1);
    }
    if (keys.length != parts) {
      throw new IllegalArgumentException(
          "a " + value.kind() + " of " + parts + " parts has " + keys.length + " keys: " + given);
    }
    for (String key : keys) {
      if (!NAME.matcher(key).matches()) {
        throw new IllegalArgumentException("key '" + key + "' is not a name");
      }
    }
    return keys;
  }

  /** The variable of a population. */
  public static String identifier(String population) {
    return "p_" + population.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
  }
}
