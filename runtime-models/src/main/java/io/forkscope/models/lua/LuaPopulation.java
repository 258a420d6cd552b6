package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import io.forkscope.models.allocator.BlockRuns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One table of a process, with the blocks of its elements; or elements that nothing holds. */
final class LuaPopulation {

  final String name;
  final boolean isMap;
  final @Nullable LuaNode key;
  final LuaNode value;
  final List<LuaNode.Role> roles;
  final BlockRuns[] blocks;

  /** Garbage that the sweep under way frees, by role, and the first element that it belongs to. */
  BlockRuns[] condemned;

  long condemnedFrom;

  /** Of each role, how many of the first blocks are strings that an earlier population made. */
  final long[] borrowed;

  /** Whether elements die as soon as they are made. */
  final boolean fleeting;

  /** Elements made so far; element {@code e} is made from {@code i = e + 1}. */
  long made;

  /** Elements held. */
  long count;

  /** Number of the first element in the process's order of creation. */
  final long born;

  /** First element whose garbage is not freed yet. */
  long garbageFrom;

  /** Slots of the array, or nodes of the hash. */
  long capacity;

  long header;
  long table;

  /** Index step from one kept element to the next; 1 where none were freed. */
  int keepEvery = 1;

  /** Whether nothing refers to it any more, and whether it has been freed. */
  boolean dropped;

  boolean freed;

  /** Whether its long strings have kept their hash. */
  boolean hashed;

  LuaPopulation(String name, String holder, Value of, boolean fleeting, long born) {
    this.name = name;
    this.isMap = holder.equals("map");
    this.fleeting = fleeting;
    this.born = born;
    this.roles = new ArrayList<>();
    if (isMap) {
      key = LuaNode.of(of.parts().get(0), roles);
      value = LuaNode.of(of.parts().get(1), roles);
    } else {
      key = null;
      value = LuaNode.of(of, roles);
    }
    blocks = new BlockRuns[roles.size()];
    borrowed = new long[roles.size()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new BlockRuns();
    }
    condemned = new BlockRuns[0];
  }

  LuaPopulation(LuaPopulation other) {
    name = other.name;
    isMap = other.isMap;
    key = other.key;
    value = other.value;
    roles = other.roles;
    blocks = new BlockRuns[roles.size()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new BlockRuns(other.blocks[i]);
    }
    condemned = other.condemned; // never added to
    condemnedFrom = other.condemnedFrom;
    borrowed = other.borrowed.clone();
    fleeting = other.fleeting;
    made = other.made;
    count = other.count;
    born = other.born;
    garbageFrom = other.garbageFrom;
    capacity = other.capacity;
    header = other.header;
    table = other.table;
    keepEvery = other.keepEvery;
    dropped = other.dropped;
    freed = other.freed;
    hashed = other.hashed;
  }

  /** Whether a role's blocks die with the making of the element. */
  boolean dies(int role) {
    return fleeting || roles.get(role).garbage();
  }

  /**
   * The blocks of the string that makes the same text as a role, if each element has kept it, or if
   * it is garbage that no sweep has met yet, and makes garbage again.
   */
  @Nullable BlockRuns lends(LuaNode.Role text, boolean toGarbage) {
    boolean whole = fleeting ? toGarbage && garbageFrom == 0 : !dropped && keepEvery == 1;
    if (!whole || freed || !text.isUnique()) {
      return null;
    }
    for (int role = 0; role < blocks.length; role++) {
      if (roles.get(role).text().equals(text.text()) && (fleeting || !dies(role))) {
        return blocks[role];
      }
    }
    return null;
  }

  /** Bytes of the table's array or nodes. */
  long tableBytes(long slots) {
    return slots * (isMap ? LuaSizes.NODE_BYTES : LuaSizes.SLOT_BYTES);
  }

  /** The digits of element {@code e}'s number. */
  int digits(long element) {
    return IndexFormat.digits(element * keepEvery + 1);
  }

  /** The first element after {@code e} whose number has more digits. */
  long digitsEnd(long element) {
    long bound = IndexFormat.bound(digits(element)) - 1;
    return (bound + keepEvery - 1) / keepEvery;
  }

  /** What it held is garbage of no table; the table has gone elsewhere. */
  void emptied() {
    dropped = true;
    header = 0;
    table = 0;
    capacity = 0;
  }

  /** It holds nothing any more; its slots stay. */
  void startAnew() {
    count = 0;
    made = 0;
    garbageFrom = 0;
    condemned = new BlockRuns[0];
    java.util.Arrays.fill(borrowed, 0);
    for (int role = 0; role < blocks.length; role++) {
      blocks[role] = new BlockRuns();
    }
  }

  /** Objects of an element that a sweep meets. */
  long objects() {
    return roles.stream().filter(LuaNode.Role::object).count();
  }

  /** A sweep begins: what died until now is freed by it, later garbage by the next. */
  void condemn() {
    condemned = blocks.clone();
    condemnedFrom = garbageFrom;
    garbageFrom = made;
    for (int role = 0; role < blocks.length; role++) {
      if (dies(role)) {
        blocks[role] = new BlockRuns();
      }
    }
  }

  /** Units of work that visiting the table itself takes. */
  long tableWork() {
    return 1 + (isMap ? 2 * capacity : capacity);
  }

  /** Writes the headers of the live objects of the elements {@code [from, to)}. */
  void touch(WriteSink sink, long from, long to) {
    if (fleeting || freed || from >= to) {
      return;
    }
    for (int role = 0; role < blocks.length; role++) {
      if (roles.get(role).object() && !dies(role)) {
        // next, tt and marked are the first ten bytes of an object: lobject.h, CommonHeader
        blocks[role].write(sink, from, Math.min(to, blocks[role].count()), 10);
      }
    }
  }

  /** Writes the chain fields of its short strings, as a rehash of the string table does. */
  void touchInterned(WriteSink sink) {
    if (freed) {
      return;
    }
    for (int role = 0; role < blocks.length; role++) {
      if (roles.get(role).interned(1) && blocks[role].count() > 0) {
        blocks[role].write(sink, 24);
      }
    }
  }
}
