package io.forkscope.models.lua;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import io.forkscope.models.SourceNames;
import java.util.ArrayList;
import java.util.List;

/**
 * What one value of a population is made of: the blocks that making it takes, in order. Roles
 * number the blocks of an element; a role has one block in each element.
 */
final class LuaNode {

  /** How a value lies in memory. */
  enum Layout {
    /** In the slot alone: int, float, boolean, a string of the program. */
    IMMEDIATE,
    STRING,
    LIST,
    RECORD,
    CLOSURE
  }

  final Layout layout;
  final Value value;
  final List<LuaNode> parts;

  /** Role of the block with the header; -1 for an immediate. */
  final int header;

  /** Role of a table's array or nodes; -1 if there is none. */
  final int data;

  private LuaNode(Layout layout, Value value, List<LuaNode> parts, int header, int data) {
    this.layout = layout;
    this.value = value;
    this.parts = parts;
    this.header = header;
    this.data = data;
  }

  /**
   * One block of each element.
   *
   * @param size of the request
   * @param object whether a GC header begins it
   * @param garbage whether it dies as soon as the element is made
   * @param shortest whether it may be a short string, by its text's bytes; 0 for other blocks
   * @param text what makes the text, the same for strings that are equal; empty for other blocks
   * @param late whether it is an array that reaches its size after its parts were made
   */
  record Role(
      Size size, boolean object, boolean garbage, Size shortest, String text, boolean late) {

    Role(Size size, boolean garbage) {
      this(size, true, garbage, NO_TEXT, "", false);
    }

    /** Whether it is a short string, of which there is one at a time, whatever its index. */
    boolean isUnique() {
      return !text.isEmpty() && shortest.bytes(MOST_DIGITS) <= LuaSizes.LONGEST_SHORT;
    }

    /** Whether it is what the closures of an element share. */
    boolean isUpvalue() {
      return size == UPVALUE;
    }

    /** Whether it is the userdata that holds the buffer of the text that comes next. */
    boolean holdsBuffer() {
      return size == BUFFER;
    }

    /** Whether it is taken together with the one before, before the collector is asked. */
    boolean completes() {
      return !object || isUpvalue();
    }

    /** Whether the string table holds it. */
    boolean interned(int digits) {
      int text = shortest.bytes(digits);
      return text > 0 && text <= LuaSizes.LONGEST_SHORT;
    }
  }

  /** Digits up to which a string must be short to count as one: MAXASIZE is below 10^10. */
  private static final int MOST_DIGITS = 10;

  private static final Size UPVALUE = digits -> LuaSizes.UPVALUE_BYTES;
  private static final Size BUFFER = digits -> LuaSizes.BUFFER_BYTES;
  private static final Size NO_TEXT = digits -> 0;

  /** Bytes, as a function of the decimal digits of the element's index. */
  @FunctionalInterface
  interface Size {
    int bytes(int digits);
  }

  /** Reads a value; {@code roles} gets the blocks it takes. */
  static LuaNode of(Value value, List<Role> roles) {
    return switch (value.kind()) {
      case "int", "float", "boolean", "literal" ->
          new LuaNode(Layout.IMMEDIATE, value, List.of(), -1, -1);
      case "string" -> new LuaNode(Layout.STRING, value, List.of(), string(value, roles), -1);
      case "table" -> table(Layout.LIST, value, roles, LuaSizes.SLOT_BYTES * value.parts().size());
      case "record", "object" ->
          table(
              Layout.RECORD,
              value,
              roles,
              LuaSizes.NODE_BYTES * LuaSizes.nodes(value.parts().size()));
      case "closure" -> {
        int header = block(roles, LuaSizes.CLOSURE_BYTES, true);
        if (roles.stream().noneMatch(Role::isUpvalue)) {
          add(roles, new Role(UPVALUE, false)); // shared: luaF_findupval
        }
        yield new LuaNode(Layout.CLOSURE, value, List.of(), header, -1);
      }
      default ->
          throw new IllegalArgumentException(
              Nearest.refusal("kind of value", value.kind(), LuaVocabulary.kindNames()));
    };
  }

  private static LuaNode table(Layout layout, Value value, List<Role> roles, int dataBytes) {
    int header = block(roles, LuaSizes.TABLE_BYTES, true);
    boolean late = layout == Layout.LIST && endsWithCall(value);
    int data = late || value.parts().isEmpty() ? -1 : block(roles, dataBytes, false);
    List<LuaNode> parts = new ArrayList<>();
    for (Value part : value.parts()) {
      parts.add(of(part, roles));
    }
    if (late) {
      Size bytes = digits -> dataBytes;
      data = add(roles, new Role(bytes, false, false, NO_TEXT, "", true));
    }
    return new LuaNode(layout, value, List.copyOf(parts), header, data);
  }

  /**
   * Whether a constructor ends with a call, which may have any number of results: its array is one
   * too short until they are there, and moves behind them then. Source: lcode.c, luaK_setlist;
   * lvm.c, OP_SETLIST.
   */
  private static boolean endsWithCall(Value list) {
    List<Value> parts = list.parts();
    return !parts.isEmpty()
        && List.of("string", "object").contains(parts.get(parts.size() - 1).kind());
  }

  private static int block(List<Role> roles, int bytes, boolean object) {
    return add(roles, new Role(digits -> bytes, object, false, NO_TEXT, "", false));
  }

  /** A repeated string leaves the one that was repeated, and a buffer if it is long. */
  private static int string(Value value, List<Role> roles) {
    IndexFormat format = format(value);
    int repeat = repeat(value);
    if (repeat > 1) {
      text(roles, format::bytes, true, format.printf());
    }
    if (format.bytes(1) * repeat > LuaSizes.C_BUFFER_BYTES
        && !value.attribute("by", "").equals("concat")) {
      add(roles, new Role(BUFFER, true));
    }
    String text = format.printf() + (repeat > 1 ? " * " + repeat : "");
    return text(roles, digits -> format.bytes(digits) * repeat, false, text);
  }

  /** A short string that equals one of the same element is that one: internshrstr. */
  private static int text(List<Role> roles, Size length, boolean garbage, String text) {
    Size bytes = digits -> LuaSizes.stringBytes(length.bytes(digits));
    Role role = new Role(bytes, true, garbage, length, text, false);
    for (int same = 0; role.isUnique() && same < roles.size(); same++) {
      if (roles.get(same).text().equals(text)) {
        roles.set(same, garbage ? roles.get(same) : role);
        return same;
      }
    }
    return add(roles, role);
  }

  private static int add(List<Role> roles, Role role) {
    roles.add(role);
    return roles.size() - 1;
  }

  static IndexFormat format(Value value) {
    IndexFormat format = IndexFormat.of(value.attribute("format", "key-%09d"));
    if (!format.varies()) {
      throw new IllegalArgumentException(
          "a string's format needs a %d or %0Nd; for the same text each time there is the kind"
              + " literal");
    }
    return format;
  }

  static int repeat(Value value) {
    int repeat = Integer.parseInt(value.attribute("repeat", "1"));
    if (repeat < 1 || repeat > 1_000_000) {
      throw new IllegalArgumentException("repeat must be 1 to 1000000, not " + repeat);
    }
    return repeat;
  }

  /** The key of a part, or its index. */
  String partName(int index) {
    return layout == Layout.RECORD ? SourceNames.keys(value)[index] : String.valueOf(index);
  }

  /** Bytes of the text of a string or number; 0 for other values. */
  int textBytes(int digits) {
    return switch (value.kind()) {
      case "string" -> format(value).bytes(digits) * repeat(value);
      case "literal" -> value.attribute("text", "literal").length();
      case "int" -> IndexFormat.digits(from(value) + IndexFormat.bound(digits) / 2);
      case "float" -> digits + 2;
      default -> 0;
    };
  }

  static long from(Value value) {
    return Long.parseLong(value.attribute("from", "0"));
  }

  /** Whether the collector visits it. */
  boolean collectable() {
    return layout != Layout.IMMEDIATE;
  }

  /** Units of work that visiting it and its parts takes: traversetable, traverseLclosure. */
  long work() {
    long own =
        switch (layout) {
          case IMMEDIATE, STRING -> 0;
          case LIST -> 1 + parts.size();
          case RECORD -> 1 + 2L * LuaSizes.nodes(parts.size());
          case CLOSURE -> 2;
        };
    return own + parts.stream().mapToLong(LuaNode::work).sum();
  }
}
