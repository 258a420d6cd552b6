package io.forkscope.models.perl;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one value of a population is made of: slots of arenas and blocks of malloc, each in order.
 * The first slots and blocks of a node are those of the scalar itself; what it refers to follows.
 */
final class PerlNode {

  /** What a scalar holds. */
  enum Kind {
    INT,
    FLOAT,
    STRING,
    ARRAY,
    HASH
  }

  /** Bytes, as a function of the decimal digits of the element's index. */
  @FunctionalInterface
  interface Size {
    int bytes(int digits);
  }

  final Kind kind;
  final Value value;
  final List<PerlNode> parts = new ArrayList<>();

  /** Indices into the slots: the scalar's head, its body (-1 for none), the referent's head. */
  final int head;

  int body = -1;
  int referent = -1;

  /** Indices into the blocks: text, or the referent's array or buckets; -1 for none. */
  int block = -1;

  /** Index of a hash's first entry among the slots; -1 for none. */
  int entries = -1;

  /** Indices behind its last slot and block, those of its parts included. */
  private final int slotsEnd;

  private final int firstBlock;
  private final int blocksEnd;

  PerlNode(Value value, List<PerlHeap.Slot> slots, List<Size> blocks) {
    this(value, slots, blocks, false, loopBody(value));
  }

  /**
   * @param stringified whether {@code $i} has been used as a text before it is copied
   * @param loopBody what {@code $i} has been upgraded to, and keeps although each turn of the loop
   *     gives it a new number: pp_iter, sv_setiv; null for none
   */
  private PerlNode(
      Value value,
      List<PerlHeap.Slot> slots,
      List<Size> blocks,
      boolean stringified,
      PerlHeap.@Nullable Slot loopBody) {
    this.value = value;
    switch (value.kind()) {
      case "int" -> kind = Kind.INT;
      case "float" -> kind = Kind.FLOAT;
      case "string" -> kind = Kind.STRING;
      case "array" -> kind = Kind.ARRAY;
      case "hash", "object" -> kind = Kind.HASH;
      default ->
          throw new IllegalArgumentException(
              Nearest.refusal("kind of value", value.kind(), PerlVocabulary.kindNames()));
    }
    firstBlock = blocks.size();
    head = add(slots, PerlHeap.Slot.HEAD);
    switch (kind) {
      case FLOAT -> {}
      case INT -> {
        boolean copied = from() == 0;
        if (copied && loopBody != null) {
          body = add(slots, loopBody);
        }
        if (copied && stringified) {
          block = blocks.size();
          blocks.add(this::bufferBytes);
        }
      }
      case STRING -> {
        body = add(slots, PerlHeap.Slot.PV);
        block = blocks.size();
        blocks.add(this::bufferBytes);
      }
      case ARRAY ->
          aggregate(
              PerlHeap.Slot.ARRAY, value.parts().size(), slots, blocks, stringified, loopBody);
      case HASH -> {
        long buckets = PerlSizes.buckets(value.parts().size(), PerlSizes.LEAST_BUCKETS);
        aggregate(
            PerlHeap.Slot.HASH, Math.toIntExact(buckets), slots, blocks, stringified, loopBody);
      }
    }
    slotsEnd = slots.size();
    blocksEnd = blocks.size();
  }

  /** Calls for each blessed hash that no other holds, itself or within it. */
  void forEachObject(Consumer<PerlNode> action) {
    if (isObject()) {
      action.accept(this);
    } else {
      parts.forEach(part -> part.forEachObject(action));
    }
  }

  /** Whether a slot belongs to what this reference refers to. */
  boolean refersToSlot(int slot) {
    return slot > head && slot < slotsEnd;
  }

  /** Whether a block belongs to what this reference refers to. */
  boolean refersToBlock(int block) {
    return block >= firstBlock && block < blocksEnd;
  }

  private void aggregate(
      PerlHeap.Slot of,
      int pointers,
      List<PerlHeap.Slot> slots,
      List<Size> blocks,
      boolean stringified,
      PerlHeap.@Nullable Slot loopBody) {
    referent = add(slots, PerlHeap.Slot.HEAD);
    add(slots, of);
    if (!value.parts().isEmpty()) {
      block = blocks.size();
      blocks.add(digits -> pointers * PerlSizes.POINTER_BYTES);
    }
    entries = kind == Kind.HASH ? slots.size() : -1;
    // a list's values are copied after all are made: "…$i…" has left its text in $i by then
    boolean inTheEnd = stringified || value.parts().stream().anyMatch(PerlNode::stringifies);
    boolean now = stringified;
    for (Value part : value.parts()) {
      if (kind == Kind.HASH) {
        add(slots, PerlHeap.Slot.ENTRY);
      }
      boolean text = part.parts().isEmpty() ? inTheEnd : now;
      parts.add(new PerlNode(part, slots, blocks, text, loopBody));
      now |= stringifies(part);
    }
  }

  /** Numbers used as floats and texts get bodies: sv_2nv_flags, sv_2pv_flags. */
  private static PerlHeap.@Nullable Slot loopBody(Value value) {
    if (holdsFloat(value)) {
      return PerlHeap.Slot.PVNV;
    }
    return stringifies(value) ? PerlHeap.Slot.PVIV : null;
  }

  /** Whether making it uses {@code $i} as a text. */
  private static boolean stringifies(Value value) {
    return value.attribute("by", "sprintf").equals("concat")
        || value.parts().stream().anyMatch(PerlNode::stringifies);
  }

  private static boolean holdsFloat(Value value) {
    return value.kind().equals("float") || value.parts().stream().anyMatch(PerlNode::holdsFloat);
  }

  private static int add(List<PerlHeap.Slot> slots, PerlHeap.Slot slot) {
    slots.add(slot);
    return slots.size() - 1;
  }

  IndexFormat format() {
    return IndexFormat.of(value.attribute("format", "key-%09d"));
  }

  int repeat() {
    int repeat = Integer.parseInt(value.attribute("repeat", "1"));
    if (repeat < 1 || repeat > 1_000_000) {
      throw new IllegalArgumentException("repeat must be 1 to 1000000, not " + repeat);
    }
    return repeat;
  }

  /** Checks how often a text is repeated. */
  void repeatIfText() {
    if (kind == Kind.STRING) {
      repeat();
    }
    parts.forEach(PerlNode::repeatIfText);
  }

  /** Bytes of its text. */
  int textBytes(int digits) {
    return switch (kind) {
      case STRING -> format().bytes(digits) * repeat();
      case INT -> IndexFormat.digits(from() + IndexFormat.bound(digits) / 2);
      case FLOAT -> digits + 2;
      case ARRAY -> "ARRAY(0x000000000000)".length();
      case HASH -> "HASH(0x000000000000)".length();
    };
  }

  /** Bytes that a reference's text is made in: sv_2pv_flags, sv.c. */
  int referenceTextBytes() {
    int type = kind == Kind.ARRAY ? "ARRAY".length() : "HASH".length();
    return (isObject() ? "Thing=".length() : 0) + type + "(0x".length() + 2 * Long.BYTES + 2;
  }

  /** Bytes of the buffer that holds its text, or will. */
  int bufferBytes(int digits) {
    int text = textBytes(digits);
    if (kind == Kind.FLOAT) {
      return PerlSizes.FLOAT_TEXT_BYTES;
    }
    return kind == Kind.STRING && repeat() > 1 && text > PerlSizes.STEAL_BYTES
        ? PerlSizes.grownBufferBytes(text)
        : PerlSizes.bufferBytes(text);
  }

  /**
   * Whether the element that the text is assigned to shares the buffer of the op that made it, as
   * sprintf's and x's short ones are. Measured on perl 5.36.0: flags of elements.
   */
  boolean isSharedWhenAssigned() {
    return kind == Kind.STRING
        && !value.attribute("by", "sprintf").equals("concat")
        && textBytes(1) <= PerlSizes.STEAL_BYTES;
  }

  /** Whether its text is a whole number. */
  boolean isNumeric() {
    IndexFormat format = format();
    return repeat() == 1
        && format.varies()
        && (format.before() + format.after()).isEmpty()
        && format.width() <= 18;
  }

  long from() {
    return Long.parseLong(value.attribute("from", "0"));
  }

  boolean isReference() {
    return kind == Kind.ARRAY || kind == Kind.HASH;
  }

  /** Whether it refers to a blessed hash. */
  boolean isObject() {
    return value.kind().equals("object");
  }
}
