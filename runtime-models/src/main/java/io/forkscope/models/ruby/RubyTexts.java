package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;

/**
 * How many bytes a value takes as text: as JSON, as {@code inspect} prints it, and in Marshal's
 * format. Sources: CRuby 3.1.2 ext/json/generator/generator.c, marshal.c ({@code w_object}, {@code
 * w_long}); the lengths were compared with those of real texts of every kind.
 */
final class RubyTexts {

  /** {@code #<Pt:0x} and 16 digits and {@code >}: rb_any_to_s. */
  static final int ANY_BYTES = 24;

  /** {@code (1 << 70) + i}. */
  private static final int BIGINT_DIGITS = 22;

  private RubyTexts() {}

  /** Bytes of element {@code i} as JSON, without what separates it from the next. */
  static long json(Value value, long i) {
    return switch (value.kind()) {
      case "str", "sym" -> 2 + characters(value);
      case "array" -> {
        long bytes = 1L + Math.max(1, value.parts().size());
        for (Value part : value.parts()) {
          bytes += json(part, i);
        }
        yield bytes;
      }
      case "hash" -> 5 + key(value) + json(value.parts().get(0), i);
      case "pair" -> {
        Value of = value.parts().get(0);
        boolean isText = of.kind().equals("str") || of.kind().equals("sym");
        long key = json(of, i) + (isText ? 0 : 2); // keys stand in quotes
        yield 1 + key + json(value.parts().get(1), i);
      }
      case "object" -> 2 + ANY_BYTES;
      case "struct" -> 2 + inspect(value, i) + quotes(value);
      case "record" -> 56 + 4 * digits(i);
      case "nil" -> 4;
      default -> number(value, i);
    };
  }

  /** Bytes of element {@code i} as {@code inspect} prints it. */
  static long inspect(Value value, long i) {
    return switch (value.kind()) {
      case "str" -> 2 + characters(value);
      case "sym" -> 1 + characters(value);
      case "array", "pair" -> {
        long bytes = 2L * Math.max(1, value.parts().size());
        for (Value part : value.parts()) {
          bytes += inspect(part, i);
        }
        yield bytes;
      }
      case "hash" -> 5 + key(value) + inspect(value.parts().get(0), i);
      case "object" -> {
        long bytes = ANY_BYTES; // a variable is @x= after a space and what it is, then a comma
        for (Value part : value.parts()) {
          bytes += 5 + inspect(part, i);
        }
        yield bytes + (value.parts().size() == 1 ? 7 : -1); // and @y=nil
      }
      case "struct" -> {
        long bytes = 11; // #<struct S1 and >; a member is x= and what follows it
        for (Value part : value.parts()) {
          bytes += 4 + inspect(part, i);
        }
        yield bytes;
      }
      case "record" -> 65 + 4 * digits(i);
      case "nil" -> 3;
      default -> number(value, i);
    };
  }

  /** Quotes in a value as {@code inspect} prints it. */
  private static int quotes(Value value) {
    return switch (value.kind()) {
      case "str" -> 2;
      case "record" -> 16;
      default -> value.parts().stream().mapToInt(RubyTexts::quotes).sum();
    };
  }

  /** Bytes of element {@code i} in Marshal's format, after the first of its class and keys. */
  static long marshal(Value value, long i) {
    return switch (value.kind()) {
      case "int" -> 1 + marshalLong(integer(value, i));
      case "float" -> 2 + number(value, i);
      case "bigint" -> 13; // type, sign, count and five shorts
      case "str" -> 6 + marshalLong(characters(value)) + characters(value);
      case "sym" -> 1 + marshalLong(characters(value)) + characters(value);
      case "array" -> {
        long bytes = 2;
        for (Value part : value.parts()) {
          bytes += marshal(part, i);
        }
        yield bytes;
      }
      case "hash" -> 4 + marshal(value.parts().get(0), i);
      case "pair" -> marshal(value.parts().get(0), i) + marshal(value.parts().get(1), i);
      case "object", "struct" -> {
        long bytes = 4; // type, class and count; a member is its symbol and what it is
        for (Value part : value.parts()) {
          bytes += 2 + marshal(part, i);
        }
        yield RubyValues.className(value).equals("Pt") ? bytes + 3 : bytes; // and @y nil
      }
      case "record" -> 51 + 3 * digits(i) + marshalLong(i);
      default -> 1;
    };
  }

  /** Objects of an element that Marshal remembers; symbols have a table of their own. */
  static int marshalled(Value value) {
    return switch (value.kind()) {
      case "int", "nil", "sym" -> 0;
      case "array", "hash", "object", "struct" ->
          1 + value.parts().stream().mapToInt(RubyTexts::marshalled).sum();
      case "pair" -> value.parts().stream().mapToInt(RubyTexts::marshalled).sum();
      case "record" -> 7; // itself, three strings, an array, a hash and a float
      default -> 1;
    };
  }

  /** {@code w_long} without its type. */
  private static int marshalLong(long number) {
    if (number < 123) {
      return 1;
    }
    return number < 1 << 8 ? 2 : number < 1 << 16 ? 3 : number < 1 << 24 ? 4 : 5;
  }

  private static int characters(Value value) {
    return RubyValues.stringBytes(value);
  }

  private static int key(Value hash) {
    return hash.attribute("key", "a").length();
  }

  private static long integer(Value value, long i) {
    return value.kind().equals("int") ? i + Long.parseLong(value.attribute("from", "0")) : i;
  }

  private static int number(Value value, long i) {
    return switch (value.kind()) {
      case "int" -> digits(integer(value, i));
      case "float" -> decimal(i + Double.parseDouble(value.attribute("from", "0.5")));
      default -> BIGINT_DIGITS;
    };
  }

  private static int decimal(double number) {
    double rest = Math.abs(number % 1);
    int fraction = rest == 0 ? 1 : Double.toString(rest).length() - 2;
    return digits((long) number) + 1 + fraction;
  }

  static int digits(long number) {
    int digits = number < 0 ? 2 : 1;
    for (long rest = Math.abs(number); rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
