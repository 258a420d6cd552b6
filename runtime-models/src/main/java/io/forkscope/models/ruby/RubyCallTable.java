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
   * Methods of the main object in the start image's table, and how many it has room for. Measured:
   * read from the table by an extension.
   */
  private static final Set<String> MAIN_METHODS =
      Set.of("require", "require_relative", "gem_original_require");

  private static final int MAIN_ITEMS = 4;

  private final Set<String> called = new HashSet<>();
  private long used;
  private long capacity;

  /** Address of its items; 0 if it has none, or they are the start image's. */
  private long block;

  /** The table of the main object in the start image. */
  static RubyCallTable ofMain() {
    RubyCallTable table = new RubyCallTable();
    table.called.addAll(MAIN_METHODS);
    table.used = MAIN_METHODS.size();
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
