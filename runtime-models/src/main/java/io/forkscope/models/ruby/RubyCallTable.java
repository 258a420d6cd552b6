package io.forkscope.models.ruby;

import java.util.HashSet;
import java.util.Set;

/**
 * The table of a class's call caches, by method: the first call of each takes a place, and it grows
 * when two thirds of them are used. Source: CRuby 3.1.2 vm_insnhelper.c ({@code vm_search_cc}),
 * id_table.c ({@code hash_table_extend}).
 */
final class RubyCallTable {

  /** {@code sizeof(item_t)} of an id table, and how many it has at first: id_table.c. */
  private static final int ITEM_BYTES = 16;

  private static final int LEAST_ITEMS = 4;

  /**
   * The main object's table in the start image: require and two more methods. Measured: calls of
   * calloc, traced while methods were called one by one.
   */
  private static final int MAIN_METHODS = 3;

  private static final int MAIN_ITEMS = 4;

  private final Set<String> called = new HashSet<>();
  private long used;
  private long capacity;

  /** Address of its items; 0 if it has none, or they are the start image's. */
  private long block;

  /** The table of the main object in the start image. */
  static RubyCallTable ofMain() {
    RubyCallTable table = new RubyCallTable();
    table.used = MAIN_METHODS;
    table.capacity = MAIN_ITEMS;
    return table;
  }

  RubyCallTable copy() {
    RubyCallTable copy = new RubyCallTable();
    copy.called.addAll(called);
    copy.used = used;
    copy.capacity = capacity;
    copy.block = block;
    return copy;
  }

  /** Calls a method; whether it is the first time. */
  boolean call(String method, RubyXmalloc xmalloc) {
    if (!called.add(method)) {
      return false;
    }
    if (used + used / 2 >= capacity) {
      long larger = Math.max(LEAST_ITEMS, 2 * capacity);
      long moved = xmalloc.calloc(ITEM_BYTES * larger);
      if (block != 0) {
        xmalloc.free(block, ITEM_BYTES * capacity);
      }
      block = moved;
      capacity = larger;
    }
    used++;
    return true;
  }
}
