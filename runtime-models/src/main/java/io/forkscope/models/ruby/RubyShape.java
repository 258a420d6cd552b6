package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one element of a population takes: slots in the order of allocation, malloc blocks it keeps,
 * and tables in the transient heap. Measured per element with ObjectSpace.count_objects while the
 * collector is off, and read in order of address from the heap pages of CRuby 3.1.2; layouts:
 * string.c ({@code RSTRING_EMBED_LEN_MAX} 23), array.c ({@code RARRAY_EMBED_LEN_MAX} 3), variable.c
 * ({@code ROBJECT_EMBED_LEN_MAX} 3), struct.c ({@code RSTRUCT_EMBED_LEN_MAX} 3), hash.c ({@code
 * sizeof(ar_table)} 128).
 *
 * @param kind kind of the value
 * @param pattern live (1) and dead (0) slots of one element in order
 * @param blocks bytes of the malloc block that the object of each slot holds, or 0; negative for
 *     one that begins in the transient heap
 * @param tableSlots which slots are small hashes, each with a table
 * @param names which slots are the strings of symbols
 * @param strings which slots are other strings
 * @param frozen whether it is frozen
 * @param interned whether it is a deduplicated string
 */
record RubyShape(
    String kind,
    List<Boolean> pattern,
    List<Integer> blocks,
    List<Integer> tableSlots,
    List<Integer> names,
    List<Integer> strings,
    boolean frozen,
    boolean interned) {

  static final int EMBEDDED_STRING_BYTES = 23;

  /** Parts of an array, an object or a struct that its slot has room for. */
  static final int EMBEDDED_PARTS = 3;

  /** Where the substring {@code x[5, 200]} begins and ends. */
  static final int SUBSTRING_START = 5;

  static final int SUBSTRING_END = 205;

  RubyShape {
    pattern = List.copyOf(pattern);
    blocks = List.copyOf(blocks);
    tableSlots = List.copyOf(tableSlots);
    names = List.copyOf(names);
    strings = List.copyOf(strings);
  }

  /** The shape of an element, or of a hash holder's pair, whose kind is that of its key. */
  static RubyShape of(Value of) {
    Slots slots = new Slots();
    boolean pair = of.kind().equals("pair");
    Value value = pair ? of.parts().get(0) : of;
    slots.append(value);
    boolean key = pair && value.kind().equals("str");
    if (key) {
      // rb_hash_key_str keeps a frozen, deduplicated copy: CRuby 3.1.2 hash.c.
      slots.pattern.set(slots.pattern.size() - 1, false);
    }
    if (pair) {
      slots.append(of.parts().get(1));
    }
    boolean frozen = Boolean.parseBoolean(value.attribute("frozen", "false"));
    if (key) {
      slots.pattern.add(true);
      frozen = true;
    }
    while (slots.blocks.size() < slots.pattern.size()) {
      slots.blocks.add(0);
    }
    return new RubyShape(
        value.kind(),
        slots.pattern,
        slots.blocks,
        slots.tables,
        slots.names,
        slots.strings,
        frozen,
        key);
  }

  /** The slots of an element as they are taken. */
  private static final class Slots {
    final List<Boolean> pattern = new ArrayList<>();
    final List<Integer> blocks = new ArrayList<>();
    final List<Integer> tables = new ArrayList<>();
    final List<Integer> names = new ArrayList<>();
    final List<Integer> strings = new ArrayList<>();
    final Set<String> formats = new HashSet<>();

    void append(Value value) {
      switch (value.kind()) {
        case "int", "float", "nil", "methods" -> {} // fixnums and flonums are immediate values
        case "bigint" -> pattern.addAll(List.of(false, false, true));
        case "str" -> {
          int repeat = Integer.parseInt(value.attribute("repeat", "1"));
          int bytes = RubyValues.stringBytes(value);
          pattern.addAll(
              repeat > 1 ? List.of(false, false, false, true) : List.of(false, false, true));
          strings.add(pattern.size() - 1);
          if (bytes > EMBEDDED_STRING_BYTES) {
            hold(bytes + 1);
          }
        }
        case "sym" -> {
          pattern.addAll(List.of(false, false, false));
          if (formats.add(format(value))) { // a second symbol of the text is the first
            names.add(pattern.size());
            pattern.addAll(List.of(true, true));
          }
        }
        case "array", "object", "struct" -> {
          value.parts().forEach(this::append);
          pattern.add(true);
          if (value.parts().size() > EMBEDDED_PARTS) {
            hold(-Long.BYTES * value.parts().size());
          }
        }
        case "hash" -> {
          value.parts().forEach(this::append);
          tables.add(pattern.size());
          pattern.add(true);
        }
        case "record" -> {
          strings.addAll(List.of(pattern.size() + 1, pattern.size() + 2, pattern.size() + 4));
          pattern.addAll(List.of(false, true, true, false, true, true, true, true));
          tables.add(pattern.size() - 2);
          tables.add(pattern.size() - 1);
        }
        default -> throw new IllegalArgumentException("no such kind: " + value.kind());
      }
    }

    /** The object of the slot appended last holds a block. */
    private void hold(int bytes) {
      while (blocks.size() < pattern.size() - 1) {
        blocks.add(0);
      }
      blocks.add(bytes);
    }
  }

  private static String format(Value symbol) {
    return symbol.attribute("format", "sym%09d");
  }

  /** Whether a value, or one within it, refers to its parts from a block of its own. */
  static boolean isWide(Value value) {
    boolean embeds = List.of("array", "object", "struct").contains(value.kind());
    return (embeds && value.parts().size() > EMBEDDED_PARTS)
        || value.parts().stream().anyMatch(RubyShape::isWide);
  }

  /** Whether a value is a small hash that refers to an object, or has one within it. */
  static boolean hasHashOfObjects(Value value) {
    boolean isHash = value.kind().equals("hash") || value.kind().equals("record");
    return (isHash && !List.of("int", "float", "nil").contains(kindOfValue(value)))
        || value.parts().stream().anyMatch(RubyShape::hasHashOfObjects);
  }

  private static String kindOfValue(Value hash) {
    return hash.parts().isEmpty() ? "str" : hash.parts().get(0).kind();
  }

  /** Symbols that are made for an element, or which it is. */
  int symbols() {
    return names.size();
  }

  /** Tables of the VM that know each element: 1 for a hash's string key, 3 for a symbol. */
  int internTables() {
    return kind.equals("sym") ? 3 : interned ? 1 : 0;
  }

  boolean hasBlocks() {
    return blocks.stream().anyMatch(bytes -> bytes != 0);
  }

  /** How many tables of small hashes it has. */
  int tables() {
    return tableSlots.size();
  }

  /** Which of the slots that stay are small hashes. */
  boolean[] liveHashes() {
    return live(tableSlots);
  }

  /** Which of the slots that stay are strings, but names of symbols and keys of a hash. */
  boolean[] liveStrings() {
    return live(strings);
  }

  private boolean[] live(List<Integer> some) {
    boolean[] found = new boolean[liveSlots()];
    for (int i = 0, k = 0; i < pattern.size(); i++) {
      if (pattern.get(i)) {
        found[k++] = some.contains(i);
      }
    }
    return found;
  }

  /** The same with its tables as blocks that their hashes hold, and give back when they die. */
  RubyShape withBlocksForTables() {
    List<Integer> held = new ArrayList<>(blocks);
    tableSlots.forEach(slot -> held.set(slot, -RubyTransientHeap.TABLE_BYTES));
    return new RubyShape(kind, pattern, held, List.of(), names, strings, frozen, interned);
  }

  /** Slots of one element that stay. */
  int liveSlots() {
    return (int) pattern.stream().filter(live -> live).count();
  }

  /** Slots of one element that do not, which are all that one that is known to the VM takes. */
  int deadSlots() {
    return pattern.size() - liveSlots();
  }

  /**
   * Slots of one element that are marked through its holder: a table marks its symbols' strings.
   */
  int slotsOfHolder() {
    return liveSlots() - symbols();
  }

  byte[] slots(int owner) {
    byte[] slots = new byte[pattern.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = pattern.get(i) ? RubySlots.live(owner) : RubySlots.doomed();
    }
    for (int name : names) {
      // a key of dsymbol_fstr_hash, which compares by identity: CRuby 3.1.2 gc.c, mark_hash
      slots[name] |= (byte) RubySlots.PINNED;
    }
    return slots;
  }

  boolean isImmediate() {
    return pattern.isEmpty();
  }

  /** Bytes of what a copy of an element takes in the transient heap. */
  int tableBytes() {
    boolean isHash = kind.equals("hash") || kind.equals("record");
    return isHash ? RubyTransientHeap.TABLE_BYTES : partsBytes();
  }

  /** Bytes of the block that refers to the parts of an element; 0 if its slot has room for them. */
  int partsBytes() {
    return isImmediate() ? 0 : Math.max(0, -blocks.get(blocks.size() - 1));
  }

  boolean isString() {
    return kind.equals("str");
  }
}
