package io.forkscope.models.php;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import java.util.List;

/** How strings are made, and how big their blocks are for it. */
final class PhpStrings {

  /** The first buffer of sprintf, doubled until the text fits and never cut back. */
  private static final int SPRINTF_BYTES = 240; // PHP 8.2 ext/standard/formatted_print.c

  static final List<String> WAYS = List.of("sprintf", "concat", "repeat");

  private PhpStrings() {}

  /** The block of a {@code string} value. */
  static PhpNode.Block block(Value value) {
    IndexFormat format = format(value);
    int repeat = repeat(value);
    return switch (way(value)) {
      case "sprintf" -> digits -> PhpSizes.stringBytes(sprintfCapacity(format.bytes(digits)));
      case "concat" -> digits -> PhpSizes.stringBytes(format.bytes(digits));
      // str_repeat: zend_string_safe_alloc rounds up the header alone, not header and text
      default -> digits -> PhpSizes.stringBytes(0) + format.bytes(digits) * repeat;
    };
  }

  /** Bytes of the text. */
  static int text(Value value, int digits) {
    return format(value).bytes(digits) * repeat(value);
  }

  /** The block that making the string takes and gives back at once; 0 if none. */
  static int temporary(Value value, int digits) {
    return switch (way(value)) {
      case "repeat" -> PhpSizes.stringBytes(sprintfCapacity(format(value).bytes(digits)));
      // one-digit numbers are interned: zend_long_to_str
      case "concat" -> digits > 1 && format(value).varies() ? PhpSizes.stringBytes(digits) : 0;
      default -> 0;
    };
  }

  static IndexFormat format(Value value) {
    return IndexFormat.of(value.attribute("format", "key-%09d"));
  }

  /**
   * Whether keys made of it number a list: integers that begin within the least table, or texts
   * that are numbers as PHP writes them, which as keys become integers. zend_hash_index_update.
   */
  static boolean isNumber(Value value) {
    if (value.kind().equals("int")) {
      return PhpInts.from(value) < PhpSizes.capacity(1);
    }
    if (!value.kind().equals("string") || way(value).equals("repeat")) {
      return false;
    }
    IndexFormat format = format(value);
    return format.varies()
        && format.width() == 0
        && format.before().isEmpty()
        && format.after().isEmpty();
  }

  static String way(Value value) {
    String way = value.attribute("by", repeat(value) > 1 ? "repeat" : "sprintf");
    Nearest.check("way to make a string", way, WAYS);
    return way;
  }

  static int repeat(Value value) {
    int repeat = Integer.parseInt(value.attribute("repeat", "1"));
    if (repeat < 1 || repeat > 1_000_000) {
      throw new IllegalArgumentException("repeat must be 1 to 1000000, not " + repeat);
    }
    return repeat;
  }

  static int sprintfCapacity(int text) {
    int capacity = SPRINTF_BYTES;
    while (capacity <= text) {
      capacity *= 2;
    }
    return capacity;
  }
}
