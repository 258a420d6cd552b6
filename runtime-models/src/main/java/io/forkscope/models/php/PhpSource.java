package io.forkscope.models.php;

import io.forkscope.core.scenario.Value;
import io.forkscope.models.IndexFormat;
import io.forkscope.models.SourceNames;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** PHP expressions that make values from {@code $i}. */
final class PhpSource {

  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9 ._:/-]{0,200}");

  private PhpSource() {}

  /** The keys of a hash or the properties of an object: given ones, or p0, p1, … */
  static String[] keys(Value value) {
    return SourceNames.keys(value, value.kind().equals("cycle") ? 2 : value.parts().size());
  }

  /** The expression of a value. */
  static String expression(Value value) {
    return switch (value.kind()) {
      case "int" -> PhpInts.from(value) == 0 ? "$i" : "$i + " + PhpInts.from(value);
      case "float" -> "$i + 0.5";
      case "null" -> "null";
      case "literal" -> "'" + literal(value) + "'";
      case "constant-array" -> "FIXED";
      case "string" -> string(value);
      case "array" -> expressions(value, "[", "]");
      case "hash" -> hash(value);
      case "object" -> expressions(value, "new " + className(value) + "(", ")");
      default -> throw new IllegalArgumentException("no expression makes a " + value.kind());
    };
  }

  private static String expressions(Value value, String before, String after) {
    return value.parts().stream()
        .map(PhpSource::expression)
        .collect(Collectors.joining(", ", before, after));
  }

  static String className(Value value) {
    return "C_" + String.join("_", keys(value));
  }

  private static String literal(Value value) {
    String text = value.attribute("text", "literal");
    if (!TEXT.matcher(text).matches()) {
      throw new IllegalArgumentException("literal text '" + text + "' has other than plain words");
    }
    return text;
  }

  private static String hash(Value value) {
    String[] keys = keys(value);
    StringBuilder source = new StringBuilder("[");
    for (int i = 0; i < keys.length; i++) {
      source.append(i > 0 ? ", " : "").append('\'').append(keys[i]).append("' => ");
      source.append(expression(value.parts().get(i)));
    }
    return source.append(']').toString();
  }

  private static String string(Value value) {
    IndexFormat format = PhpStrings.format(value);
    String number = '%' + (format.width() > 0 ? "0" + format.width() : "") + 'd';
    String sprintf =
        "sprintf('" + format.before() + (format.varies() ? number : "") + format.after() + "', $i)";
    return switch (PhpStrings.way(value)) {
      case "sprintf" -> sprintf;
      case "concat" -> concat(format);
      default -> "str_repeat(" + sprintf + ", " + PhpStrings.repeat(value) + ")";
    };
  }

  private static String concat(IndexFormat format) {
    if (format.width() > 0 || !format.varies()) {
      throw new IllegalArgumentException(
          "a string by=concat has a format whose number has no width");
    }
    return "\"" + format.before() + "{$i}" + format.after() + "\"";
  }
}
