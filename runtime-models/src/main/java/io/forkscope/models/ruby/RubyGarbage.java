package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;
import java.util.Arrays;

/**
 * The objects that an action makes for each element and drops at once, and the malloc blocks they
 * hold. Slots and bytes per element were measured with ObjectSpace.count_objects and by tracing
 * malloc, the collector off.
 */
final class RubyGarbage {

  /** Block of a string printed by rb_sprintf, which is cut to what was printed. */
  private static final int PRINTED = -1;

  /** {@code rb_enc_vsprintf}: 120 bytes and a terminator. */
  private static final int PRINTED_BYTES = 121;

  /** Block of a string that grows with the text appended to it. */
  private static final int TEXT = -2;

  /** Block of a text with quotes that JSON makes of it. */
  private static final int QUOTED = -3;

  /** Block of the bignum that {@code to_i} makes of a string of digits. */
  private static final int NUMBER = -4;

  private final Value value;
  private final int[] blocks;
  private final byte[] slots;

  private RubyGarbage(Value value, int[] blocks) {
    this.value = value;
    this.blocks = blocks;
    this.slots = new byte[blocks.length];
    Arrays.fill(slots, RubySlots.doomed());
  }

  /** What an action drops for each element of a population, as its elements are now. */
  static RubyGarbage of(String verb, RubyPopulation on) {
    boolean pairs = on.plan.holder().equals("hash");
    int[] blocks = pairs ? ofPair(verb, on.plan.of()) : ofElement(verb, on);
    return new RubyGarbage(on.plan.of(), blocks);
  }

  /** Makes it for {@code count} elements. */
  void makeAll(RubyProcess process, RubyPopulation on) {
    if (isPlain()) {
      process.heap().allocate(slots, 0, on.count * slots.length, process.collector());
      return;
    }
    for (long i = 0; i < on.count; i++) {
      make(process, on.created(i));
    }
  }

  /** Makes it for element {@code i}. */
  void make(RubyProcess process, long i) {
    if (slots.length == 1 && blocks[0] == NUMBER) {
      makeNumber(process, i);
      return;
    }
    int from = 0;
    for (int k = 0; k < slots.length; k++) {
      if (blocks[k] == 0) {
        continue;
      }
      long bytes = blockBytes(blocks[k], i);
      if (bytes != 0) {
        process.heap().allocate(slots, from, k + 1L - from, process.collector());
        process.xmalloc().mallocForLast(bytes, keptBytes(blocks[k], bytes));
        from = k + 1;
      }
    }
    if (from < slots.length) {
      process.heap().allocate(slots, from, slots.length - (long) from, process.collector());
    }
  }

  private void makeNumber(RubyProcess process, long i) {
    if (!RubyParsedNumber.isBig(value, i)) {
      return;
    }
    RubyParsedNumber number = RubyParsedNumber.of(value, i);
    RubyXmalloc xmalloc = process.xmalloc();
    long read = number.gmpBytes() == 0 ? 0 : xmalloc.mallocUnseen(number.gmpBytes());
    process.heap().allocate(slots, 0, 1, process.collector());
    if (number.parsedBytes() > 0) {
      xmalloc.mallocForLast(number.parsedBytes(), number.bytes());
    }
    if (read != 0) {
      xmalloc.freeUnseen(read, number.gmpBytes());
    }
  }

  private long blockBytes(int block, long i) {
    return switch (block) {
      case TEXT -> textBytes(RubyTexts.inspect(value, i));
      case QUOTED -> {
        long bytes = RubyTexts.json(value, i) + 1;
        yield bytes > RubyShape.EMBEDDED_STRING_BYTES + 1 ? bytes : 0;
      }
      case PRINTED -> PRINTED_BYTES;
      default -> block;
    };
  }

  private static long keptBytes(int block, long bytes) {
    return block == PRINTED ? RubyTexts.ANY_BYTES + 1L : bytes;
  }

  private boolean isPlain() {
    for (int block : blocks) {
      if (block != 0) {
        return false;
      }
    }
    return true;
  }

  /** An embedded string of 24 bytes with its terminator, doubled until the text fits. */
  private static long textBytes(long bytes) {
    long room = RubyShape.EMBEDDED_STRING_BYTES + 1L;
    if (bytes < room) {
      return 0;
    }
    while (bytes >= room) {
      room *= 2;
    }
    return room;
  }

  /** Of a pair that each yields as an array. */
  private static int[] ofPair(String verb, Value pair) {
    return switch (verb) {
      case "each", "length", "match", "hashv", "freeze", "substr" -> new int[1];
      case "eq", "dup" -> new int[2];
      case "tosym" -> new int[] {0, 0, 0, TEXT};
      case "lookup" -> new int[3];
      case "json" -> jsonOfPair(pair);
      default -> new int[0];
    };
  }

  /** {@code json_object_i} asks a key that is neither text nor symbol for its {@code to_s}. */
  private static int[] jsonOfPair(Value pair) {
    String key = pair.parts().get(0).kind();
    int texts = key.equals("str") || key.equals("sym") ? 0 : 1;
    int[] value = json(pair.parts().get(1));
    int[] blocks = new int[texts + value.length];
    System.arraycopy(value, 0, blocks, texts, value.length);
    return blocks;
  }

  private static int[] ofElement(String verb, RubyPopulation on) {
    String kind = on.shape.kind();
    boolean longString = on.shape.hasBlocks();
    return switch (verb) {
      case "eq" -> new int[1];
      case "sum" -> new int[kind.equals("bigint") ? 1 : 0];
      case "substr" -> substring(kind, longString ? RubyValues.stringBytes(on.plan.of()) : 0);
      case "toi" ->
          kind.equals("str") && RubyParsedNumber.isBig(on.plan.of(), on.plan.count() - 1)
              ? new int[] {NUMBER}
              : new int[0];
      case "tosym" -> toText(on.plan.of());
      case "dup" -> new int[copies(kind)];
      case "json" -> json(on.plan.of());
      case "marshal" -> new int[kind.equals("object") || kind.equals("struct") ? 1 : 0];
      default -> new int[0];
    };
  }

  /** {@code x[5, 200]}; of an integer, {@code (x >> 5) & ((1 << 200) - 1)}: bignums of 28 bytes. */
  private static int[] substring(String kind, int stringBytes) {
    return switch (kind) {
      case "str" -> new int[] {stringBytes > RubyShape.SUBSTRING_END ? 201 : 0};
      case "sym" -> new int[1];
      case "int" -> new int[] {28, 28, 28, 0};
      case "bigint" -> new int[] {0, 28, 28, 0, 0};
      default -> new int[0];
    };
  }

  /** The last is the text; the others are of names and parts. */
  private static int[] toText(Value value) {
    return switch (value.kind()) {
      case "int", "float", "bigint", "sym" -> new int[1];
      case "object" -> new int[] {0, PRINTED};
      case "array" -> text(value.parts().size() + 1);
      case "struct" -> text(value.parts().size() + 2);
      case "hash" -> new int[] {0, 0, TEXT};
      case "record" -> text(13);
      default -> new int[0];
    };
  }

  private static int[] text(int slots) {
    int[] blocks = new int[slots];
    blocks[slots - 1] = TEXT;
    return blocks;
  }

  private static int copies(String kind) {
    return switch (kind) {
      case "str", "array", "hash", "object", "struct", "record" -> 1;
      default -> 0;
    };
  }

  /** Text and, of what has no generator of its own, the result of its to_json. */
  private static int[] json(Value value) {
    return switch (value.kind()) {
      case "float", "bigint", "record" -> new int[1];
      case "sym" -> new int[2];
      case "array", "hash" -> // texts of structs within are taken for short ones
          value.parts().stream()
              .flatMapToInt(part -> Arrays.stream(json(part)))
              .map(block -> block == TEXT || block == QUOTED ? 0 : block)
              .toArray();
      case "object" -> new int[] {0, PRINTED, 0, 0, RubyTexts.ANY_BYTES + 3};
      case "struct" -> {
        // a long text is shared with its copy, which takes one more: string.c,
        // str_new_frozen_buffer
        int text = value.parts().size() + 2;
        boolean longText = RubyTexts.inspect(value, 0) > RubyShape.EMBEDDED_STRING_BYTES;
        int[] blocks = Arrays.copyOf(text(text), text + (longText ? 3 : 2));
        blocks[blocks.length - 1] = QUOTED;
        yield blocks;
      }
      default -> new int[0];
    };
  }
}
