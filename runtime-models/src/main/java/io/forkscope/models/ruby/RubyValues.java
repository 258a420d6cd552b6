package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads what an element of a population is, and spells it in Ruby. */
final class RubyValues {

  private static final Pattern DIRECTIVE = Pattern.compile("%(0(\\d+))?d");

  private RubyValues() {}

  /** Bytes of a string element; a directive without width counts as six digits. */
  static int stringBytes(Value value) {
    String format = value.attribute("format", "key-%09d");
    Matcher directive = DIRECTIVE.matcher(format);
    int bytes = format.length();
    if (directive.find()) {
      String width = directive.group(2);
      bytes += (width == null ? 6 : Integer.parseInt(width)) - directive.group().length();
    }
    return bytes * Integer.parseInt(value.attribute("repeat", "1"));
  }

  /** The digits that string element {@code i} begins with, without leading zeros. */
  static String leadingDigits(Value value, long i) {
    String format = value.attribute("format", "key-%09d");
    Matcher directive = DIRECTIVE.matcher(format);
    String once = format;
    if (directive.find()) {
      String width = directive.group(2);
      String number = Long.toString(i);
      int zeros = (width == null ? 0 : Integer.parseInt(width)) - number.length();
      once = directive.replaceFirst("0".repeat(Math.max(0, zeros)) + number);
    }
    String text = once.repeat(Integer.parseInt(value.attribute("repeat", "1")));
    int from = 0;
    while (from < text.length() && text.charAt(from) == '0') {
      from++;
    }
    int to = from;
    while (to < text.length() && text.charAt(to) >= '0' && text.charAt(to) <= '9') {
      to++;
    }
    return text.substring(from, to);
  }

  /** The Ruby expression that makes element {@code i}. */
  static String expression(Value value) {
    return switch (value.kind()) {
      case "nil" -> "nil";
      case "int" -> plus("i", value.attribute("from", "0"));
      case "float" -> plus("i", value.attribute("from", "0.5"));
      case "bigint" -> "(1 << 70) + i";
      case "str" -> string(value);
      case "sym" -> "(" + quoted(value.attribute("format", "sym%09d")) + " % i).to_sym";
      case "array" -> "[" + parts(value) + "]";
      case "object", "struct" -> className(value) + ".new(" + parts(value) + ")";
      case "methods" -> "Many.new";
      case "hash" -> "{ " + value.attribute("key", "a") + ": " + parts(value) + " }";
      case "record" ->
          "{ 'id' => i, 'name' => \"user-#{i}\", 'tags' => [\"t#{i % 7}\", \"x#{i}\"],"
              + " 'pos' => { 'x' => i + 0.25 } }";
      default -> throw new IllegalArgumentException("no such kind: " + value.kind());
    };
  }

  /** The class of an object or a struct: two characters, so that its texts are equally long. */
  static String className(Value value) {
    int parts = value.parts().size();
    boolean object = value.kind().equals("object");
    return object && parts == 1
        ? "Pt"
        : (object ? "P" : "S")
            + Character.toUpperCase(Character.forDigit(parts, Character.MAX_RADIX));
  }

  /** The Ruby that defines the class of an object or a struct. */
  static String definition(Value value) {
    List<String> names = members(value);
    if (value.kind().equals("struct")) {
      return className(value) + " = Struct.new(:" + String.join(", :", names) + ")";
    }
    return "class "
        + className(value)
        + "; attr_reader :x; def initialize("
        + String.join(", ", names)
        + "); "
        + names.stream().map(n -> "@" + n + " = " + n + "; ").collect(Collectors.joining())
        + "end; end";
  }

  private static List<String> members(Value value) {
    return IntStream.range(0, value.parts().size())
        .mapToObj(i -> i == 0 ? "x" : String.valueOf((char) ('a' + i - 1)))
        .toList();
  }

  /** The names that the definition brings to those of the start image. */
  static List<String> names(Value value) {
    boolean struct = value.kind().equals("struct");
    List<String> names =
        members(value).stream()
            .map(member -> struct ? member + "=" : "@" + member)
            .collect(Collectors.toList());
    names.remove("@x");
    names.add(className(value));
    return names;
  }

  private static String plus(String index, String from) {
    return from.equals("0") ? index : index + " + " + from;
  }

  private static String string(Value value) {
    int repeat = Integer.parseInt(value.attribute("repeat", "1"));
    String text = quoted(value.attribute("format", "key-%09d")) + " % i";
    if (repeat > 1) {
      text = "(" + text + ") * " + repeat;
    }
    return Boolean.parseBoolean(value.attribute("frozen", "false"))
        ? "(" + text + ").freeze"
        : text;
  }

  private static String parts(Value value) {
    return value.parts().stream().map(RubyValues::expression).collect(Collectors.joining(", "));
  }

  /** A double-quoted literal without interpolation. */
  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("#", "\\#") + "\"";
  }
}
