package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

  private static final long[] CUT = {RubyTexts.ANY_BYTES + 1L};
  private static final long[] SAME = {};

  /** Block of a string that grows with the text appended to it. */
  private static final int TEXT = -2;

  /** Block of a text with quotes that JSON makes of it. */
  private static final int QUOTED = -3;

  /** Block of a text that rb_obj_inspect prints and then appends to. */
  private static final int INSPECTED = -5;

  /** Block of the bignum that {@code to_i} makes of a string of digits. */
  private static final int NUMBER = -4;

  /**
   * An object.
   *
   * @param block bytes of the block that it holds, 0 for none, or one of the above
   * @param value what a text is of
   */
  private record Made(int block, Value value) {}

  private final Made[] made;
  private final byte[] slots;

  private RubyGarbage(List<Made> made) {
    this.made = made.toArray(new Made[0]);
    this.slots = new byte[this.made.length];
    Arrays.fill(slots, RubySlots.doomed());
  }

  /** What an action drops for each element of a population, as its elements are now. */
  static RubyGarbage of(String verb, RubyPopulation on) {
    boolean pairs = on.plan.holder().equals("hash");
    Value of = on.plan.of();
    return new RubyGarbage(
        switch (verb) {
          case "json" -> pairs ? jsonOfPair(of) : json(of);
          case "tosym" -> pairs ? textOfPair(of) : text(of);
          case "marshal" -> made(of, new int[members(of)]);
          default -> made(of, pairs ? ofPair(verb) : ofElement(verb, on));
        });
  }

  private static List<Made> made(Value value, int... blocks) {
    return Arrays.stream(blocks).mapToObj(block -> new Made(block, value)).toList();
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
    if (slots.length == 1 && made[0].block() == NUMBER) {
      makeNumber(process, made[0].value(), i);
      return;
    }
    int from = 0;
    for (int k = 0; k < slots.length; k++) {
      if (made[k].block() == 0) {
        continue;
      }
      long bytes = blockBytes(made[k], i);
      if (bytes != 0) {
        process.heap().allocate(slots, from, k + 1L - from, process.collector());
        process.xmalloc().mallocForLast(bytes, later(made[k], i));
        from = k + 1;
      }
    }
    if (from < slots.length) {
      process.heap().allocate(slots, from, slots.length - (long) from, process.collector());
    }
  }

  private void makeNumber(RubyProcess process, Value value, long i) {
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

  private static long blockBytes(Made made, long i) {
    return switch (made.block()) {
      case TEXT -> textBytes(RubyTexts.inspect(made.value(), i));
      case QUOTED -> {
        long bytes = RubyTexts.json(made.value(), i) + 1;
        yield bytes > RubyShape.EMBEDDED_STRING_BYTES + 1 ? bytes : 0;
      }
      case PRINTED, INSPECTED -> PRINTED_BYTES;
      default -> made.block();
    };
  }

  /** Bytes that the block has afterwards, in turn. */
  private static long[] later(Made made, long i) {
    return switch (made.block()) {
      case PRINTED -> CUT;
      case INSPECTED -> new long[] {CUT[0], grown(CUT[0], RubyTexts.inspect(made.value(), i))};
      default -> SAME;
    };
  }

  private boolean isPlain() {
    return Arrays.stream(made).allMatch(one -> one.block() == 0);
  }

  /** An embedded string of 24 bytes with its terminator, doubled until the text fits. */
  private static long textBytes(long bytes) {
    long room = RubyShape.EMBEDDED_STRING_BYTES + 1L;
    return bytes < room ? 0 : grown(room, bytes);
  }

  private static long grown(long room, long bytes) {
    long grown = room;
    while (bytes >= grown) {
      grown *= 2;
    }
    return grown;
  }

  /** Of a pair that each yields as an array. */
  private static int[] ofPair(String verb) {
    return switch (verb) {
      case "each", "length", "match", "hashv", "freeze", "substr" -> new int[1];
      case "eq", "dup" -> new int[2];
      case "lookup" -> new int[3];
      default -> new int[0];
    };
  }

  /** {@code json_object_i} asks a key that is neither text nor symbol for its {@code to_s}. */
  private static List<Made> jsonOfPair(Value pair) {
    Value key = pair.parts().get(0);
    boolean isText = key.kind().equals("str") || key.kind().equals("sym");
    List<Made> made = new ArrayList<>(made(key, new int[isText ? 0 : 1]));
    made.addAll(json(pair.parts().get(1)));
    return made;
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
      case "dup" -> new int[copies(kind)];
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

  /** Objects and structs in a value: an array of what each has is made. */
  private static int members(Value value) {
    boolean has = value.kind().equals("object") || value.kind().equals("struct");
    return (has ? 1 : 0) + value.parts().stream().mapToInt(RubyGarbage::members).sum();
  }

  /** The text of an element, and what is made on the way. */
  private static List<Made> text(Value value) {
    return switch (value.kind()) {
      case "str" -> List.of();
      case "object" -> made(value, 0, PRINTED);
      default -> inspect(value);
    };
  }

  /** Of a pair that each yields as an array. */
  private static List<Made> textOfPair(Value pair) {
    List<Made> made = new ArrayList<>(made(pair, 0));
    made.addAll(inspect(pair));
    return made;
  }

  /** What prints a value: names, what prints each of its parts, and the text at last. */
  private static List<Made> inspect(Value value) {
    int names =
        switch (value.kind()) {
          case "object" -> value.parts().size() == 1 ? 2 : 1; // Pt has a variable that is nil
          case "struct", "hash" -> 1;
          case "record" -> 12;
          default -> 0;
        };
    List<Made> made = new ArrayList<>(made(value, new int[names]));
    value.parts().forEach(part -> made.addAll(inspect(part)));
    made.addAll(
        made(
            value,
            switch (value.kind()) {
              case "object" -> INSPECTED;
              case "str", "array", "pair", "hash", "struct", "record" -> TEXT;
              default -> 0;
            }));
    return made;
  }

  private static int copies(String kind) {
    return switch (kind) {
      case "str", "array", "hash", "object", "struct", "record" -> 1;
      default -> 0;
    };
  }

  /** Text and, of what has no generator of its own, the result of its to_json. */
  private static List<Made> json(Value value) {
    return switch (value.kind()) {
      case "float", "bigint", "record" -> made(value, 0);
      case "sym" -> made(value, 0, 0);
      case "array", "hash" -> value.parts().stream().flatMap(part -> json(part).stream()).toList();
      case "object" -> made(value, 0, PRINTED, 0, 0, RubyTexts.ANY_BYTES + 3);
      case "struct" -> {
        // a long text is shared with its copy, which takes one more: string.c,
        // str_new_frozen_buffer
        boolean longText = RubyTexts.inspect(value, 0) > RubyShape.EMBEDDED_STRING_BYTES;
        List<Made> made = new ArrayList<>(inspect(value));
        made.addAll(made(value, new int[longText ? 2 : 1]));
        made.addAll(made(value, QUOTED));
        yield made;
      }
      default -> List.of();
    };
  }
}
