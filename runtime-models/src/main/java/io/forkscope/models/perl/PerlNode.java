package io.forkscope.models.perl;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import java.util.ArrayList;
import java.util.List;

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

  PerlNode(Value value, List<PerlHeap.Slot> slots, List<Size> blocks) {
    this(value, slots, blocks, false);
  }

  /**
   * @param stringified whether {@code $i} has been used as a text before it is copied
   */
  private PerlNode(Value value, List<PerlHeap.Slot> slots, List<Size> blocks, boolean stringified) {
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
    head = add(slots, PerlHeap.Slot.HEAD);
    switch (kind) {
      case FLOAT -> {}
      case INT -> {
        if (stringified && from() == 0) {
          body = add(slots, PerlHeap.Slot.PVIV);
          block = blocks.size();
          blocks.add(this::bufferBytes);
        }
      }
      case STRING -> {
        body = add(slots, PerlHeap.Slot.PV);
        block = blocks.size();
        blocks.add(this::bufferBytes);
      }
      case ARRAY -> aggregate(PerlHeap.Slot.ARRAY, value.parts().size(), slots, blocks);
      case HASH -> {
        long buckets = PerlSizes.buckets(value.parts().size(), PerlSizes.LEAST_BUCKETS);
        aggregate(PerlHeap.Slot.HASH, Math.toIntExact(buckets), slots, blocks);
      }
    }
  }

  private void aggregate(
      PerlHeap.Slot of, int pointers, List<PerlHeap.Slot> slots, List<Size> blocks) {
    referent = add(slots, PerlHeap.Slot.HEAD);
    add(slots, of);
    if (!value.parts().isEmpty()) {
      block = blocks.size();
      blocks.add(digits -> pointers * PerlSizes.POINTER_BYTES);
    }
    entries = kind == Kind.HASH ? slots.size() : -1;
    // a list's values are copied after all are made: "…$i…" has left its text in $i by then
    boolean stringifies =
        value.parts().stream().anyMatch(part -> part.attribute("by", "sprintf").equals("concat"));
    for (Value part : value.parts()) {
      if (kind == Kind.HASH) {
        add(slots, PerlHeap.Slot.ENTRY);
      }
      parts.add(new PerlNode(part, slots, blocks, stringifies));
    }
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

  /** Whether a copy of it shares its buffer. */
  boolean sharesBuffer() {
    int digits = 6;
    return kind == Kind.STRING && PerlSizes.sharesBuffer(textBytes(digits), bufferBytes(digits));
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
}
