package io.forkscope.models.cpython;

import java.util.ArrayList;
import java.util.List;

/**
 * Which values 2.7 looks at to order two dicts of the same keys: in the order of their tables, that
 * of each key below the least whose values differ (characterize, Objects/dictobject.c). Strings are
 * hashed without a seed.
 */
final class DictOrder {

  private static final int SLOTS = 8; // PyDict_MINSIZE
  private static final int MOST = 5; // a larger dict has another table

  private DictOrder() {}

  /** The values of a dict; all of one with more keys than the least table holds. */
  static List<Node> compared(Node dict) {
    List<String> keys = List.of(dict.value.attribute("keys", "").split(",", -1));
    if (dict.parts.size() > MOST) {
      return dict.parts;
    }
    Integer[] table = new Integer[SLOTS];
    for (int i = 0; i < dict.parts.size(); i++) {
      insert(table, i, hash(keys.get(i)));
    }
    List<Node> compared = new ArrayList<>();
    String least = null;
    for (Integer place : table) {
      if (place != null && (least == null || keys.get(place).compareTo(least) < 0)) {
        compared.add(dict.parts.get(place));
        least = dict.parts.get(place).isShared() ? least : keys.get(place);
      }
    }
    return compared;
  }

  private static void insert(Integer[] table, int place, long hash) {
    long slot = hash & (SLOTS - 1);
    for (long perturb = hash; table[(int) (slot & (SLOTS - 1))] != null; perturb >>>= 5) {
      slot = 5 * slot + perturb + 1; // lookdict_string
    }
    table[(int) (slot & (SLOTS - 1))] = place;
  }

  /** string_hash, Objects/stringobject.c. */
  private static long hash(String text) {
    long hash = text.isEmpty() ? 0 : (long) text.charAt(0) << 7;
    for (int i = 0; i < text.length(); i++) {
      hash = 1_000_003 * hash ^ text.charAt(i);
    }
    return hash ^ text.length();
  }
}
