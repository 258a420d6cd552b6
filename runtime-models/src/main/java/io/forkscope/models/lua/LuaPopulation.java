package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import io.forkscope.models.allocator.BlockRuns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One table of a process, with the blocks of its elements; or elements that nothing holds. */
final class LuaPopulation {

  final String name;

  /** Whether its elements are pairs of key and value; and whether these lie in a hash. */
  final boolean hasKeys;

  final boolean isMap;
  final @Nullable LuaNode key;
  final LuaNode value;
  final List<LuaNode.Role> roles;
  final BlockRuns[] blocks;

  /** Garbage that the sweep under way frees, by role, and the first element that it belongs to. */
  BlockRuns[] condemned;

  long condemnedFrom;

  /** Strings of each role that another population made; null of a role that has only its own. */
  final @Nullable Borrowed[] borrowed;

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

  /** Whether {@code #} has set the limit up to which an array counts as work: alimit of Table. */
  boolean limited;

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
    this.hasKeys = holder.equals("map");
    this.isMap = hasKeys && !isArray(of.parts().get(0));
    this.fleeting = fleeting;
    this.born = born;
    this.roles = new ArrayList<>();
    if (hasKeys) {
      key = LuaNode.of(of.parts().get(0), roles);
      value = LuaNode.of(of.parts().get(1), roles);
    } else {
      key = null;
      value = LuaNode.of(of, roles);
    }
    blocks = new BlockRuns[roles.size()];
    borrowed = new Borrowed[roles.size()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new BlockRuns();
    }
    condemned = new BlockRuns[0];
  }

  /** Keys 1, 2, 3… lie in the array, as a list's do: ltable.c, computesizes. */
  private static boolean isArray(Value key) {
    return key.kind().equals("int") && LuaNode.from(key) == 0;
  }

  /**
   * Whether integer keys neither all lie in the array, nor are too sparse for any to: more than
   * half of an array's slots are used.
   */
  static boolean isPartlyArray(Population plan) {
    Value key = plan.of().parts().get(0);
    return key.kind().equals("int")
        && (isArray(key) ? plan.keepEvery() > 1 : LuaNode.from(key) < plan.count());
  }

  LuaPopulation(LuaPopulation other) {
    name = other.name;
    hasKeys = other.hasKeys;
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
    limited = other.limited;
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
   * Strings that elements have from another population, by the numbers that elements were made by.
   *
   * @param every one of so many is
   * @param before the first number that has its own
   */
  record Borrowed(int every, long before) {}

  /**
   * Strings that are those of another population's elements too.
   *
   * @param blocks of them
   * @param every how many numbers there are from one to the next
   */
  record Loan(BlockRuns blocks, int every) {

    /** Whether the element of a number has one. */
    boolean has(long number) {
      return number % every == 0 && number / every < blocks.count();
    }

    /** The first number after this one that has one where this has none, or none where it has. */
    long alikeUntil(long number) {
      if (number / every >= blocks.count()) {
        return Long.MAX_VALUE;
      }
      if (every == 1) {
        return blocks.count();
      }
      return has(number) ? number + 1 : number - number % every + every;
    }
  }

  /**
   * The blocks of the string that makes the same text as a role, if each element has kept it, or if
   * it is garbage that no sweep has met yet, and makes garbage again.
   */
  @Nullable Loan lends(LuaNode.Role text, boolean toGarbage) {
    boolean whole = fleeting ? toGarbage && garbageFrom == 0 : !dropped;
    if (!whole || freed || !text.isUnique()) {
      return null;
    }
    for (int role = 0; role < blocks.length; role++) {
      if (roles.get(role).text().equals(text.text()) && (fleeting || !dies(role))) {
        return new Loan(blocks[role], keepEvery);
      }
    }
    return null;
  }

  /** Whether what is borrowed can still be told by its number. */
  boolean canBorrow(LuaNode.Role text, Loan loan) {
    Borrowed before = borrowed[roles.indexOf(text)];
    return before == null || before.every == loan.every;
  }

  /** The element has a string of its own: no other population made it. */
  boolean owns(int role, long element) {
    Borrowed strings = borrowed[role];
    long number = element * keepEvery;
    return strings == null || number >= strings.before || number % strings.every != 0;
  }

  /** From which element on all have their own. */
  long ownsAllFrom(int role) {
    Borrowed strings = borrowed[role];
    return strings == null ? 0 : (strings.before + keepEvery - 1) / keepEvery;
  }

  /** Bytes of the table's array or nodes. */
  long tableBytes(long slots) {
    return slots * (isMap ? LuaSizes.NODE_BYTES : LuaSizes.SLOT_BYTES);
  }

  /**
   * Writes the nodes that hold its pairs: of texts all pages, of integers those that their
   * remainders give. Source: ltable.c, hashint.
   */
  void touchNodes(WriteSink sink) {
    if (key == null || key.layout == LuaNode.Layout.STRING) {
      sink.writeRange(table, tableBytes(capacity));
      return;
    }
    long divisor = (capacity - 1) | 1;
    long number = LuaNode.from(key.value) + 1;
    for (long left = count; left > 0; ) {
      long first = number % divisor;
      long run = Math.min(left, (divisor - first + keepEvery - 1) / keepEvery);
      long stride = (long) keepEvery * LuaSizes.NODE_BYTES;
      sink.writeStrided(table + first * LuaSizes.NODE_BYTES, stride, run, LuaSizes.NODE_BYTES);
      number += run * keepEvery;
      left -= run;
    }
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
    java.util.Arrays.fill(borrowed, null);
    for (int role = 0; role < blocks.length; role++) {
      blocks[role] = new BlockRuns();
    }
  }

  /** Objects of an element that a sweep meets. */
  long objects() {
    return roles.stream().filter(LuaNode.Role::object).count();
  }

  /**
   * A sweep begins: what died until now is freed by it, later garbage by the next, and so is what
   * the element in the making has taken.
   */
  void condemn() {
    condemned = blocks.clone();
    condemnedFrom = garbageFrom;
    garbageFrom = made;
    for (int role = 0; role < blocks.length; role++) {
      if (dies(role)) {
        BlockRuns later = new BlockRuns();
        long count = blocks[role].count();
        blocks[role].forEachRun(Math.min(made - condemnedFrom, count), count, later::add);
        blocks[role] = later;
      }
    }
  }

  /** Units of work that visiting the table itself takes. Source: lgc.c, traversestrongtable. */
  long tableWork() {
    return 1 + (isMap ? 2 * capacity : limited ? count : capacity);
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
