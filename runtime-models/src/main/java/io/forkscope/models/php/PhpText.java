package io.forkscope.models.php;

/** How many bytes a value takes in the text forms that actions make. */
final class PhpText {

  private PhpText() {}

  /** json_encode's bytes of one value. */
  static int json(PhpNode node, int digits) {
    return switch (node.value.kind()) {
      case "int" -> PhpInts.digits(node.value, digits);
      case "float" -> digits + 2;
      case "null" -> 4;
      case "literal" -> node.value.attribute("text", "literal").length() + 2;
      case "constant-array" -> CONSTANT_JSON.length();
      case "string" -> PhpStrings.text(node.value, digits) + 2;
      default -> jsonParts(node, digits);
    };
  }

  private static int jsonParts(PhpNode node, int digits) {
    int bytes = 2;
    String[] keys = keys(node);
    for (int i = 0; i < node.parts.size(); i++) {
      bytes += json(node.parts.get(i), digits) + 1;
      bytes += node.layout == PhpNode.Layout.PACKED ? 0 : keys[i].length() + 3;
    }
    return bytes;
  }

  /** serialize's bytes of one value. */
  static int serialized(PhpNode node, int digits) {
    return switch (node.value.kind()) {
      case "int" -> PhpInts.digits(node.value, digits) + 3;
      case "float" -> digits + 5;
      case "null" -> 2;
      case "literal" -> quoted(node.value.attribute("text", "literal").length());
      case "constant-array" -> CONSTANT_SERIALIZED.length();
      case "string" -> quoted(PhpStrings.text(node.value, digits));
      default -> serializedParts(node, digits);
    };
  }

  private static int serializedParts(PhpNode node, int digits) {
    int bytes = node.layout == PhpNode.Layout.OBJECT ? 15 : 6;
    bytes += node.cyclic ? CYCLE_SCALARS + digits : 0;
    String[] keys = keys(node);
    for (int i = 0; i < node.parts.size(); i++) {
      bytes += serialized(node.parts.get(i), digits);
      bytes += node.layout == PhpNode.Layout.PACKED ? 4 : quoted(keys[i].length());
    }
    return bytes;
  }

  /** Bytes of a value in implode's result. */
  static int joined(PhpNode node, int digits) {
    return switch (node.layout) {
      case STRING -> PhpStrings.text(node.value, digits);
      case PACKED, HASH, OBJECT -> "Array".length();
      case IMMEDIATE ->
          node.value.kind().equals("constant-array") ? "Array".length() : scalar(node, digits);
    };
  }

  private static int scalar(PhpNode node, int digits) {
    int quotes = node.value.kind().equals("literal") ? 2 : 0;
    return json(node, digits) - quotes;
  }

  static String[] keys(PhpNode node) {
    return PhpSource.keys(node.value);
  }

  private static int quoted(int text) {
    return text + 5 + Integer.toString(text).length();
  }

  /** What the driver's constant array is in JSON. */
  static final String CONSTANT_JSON = "[{\"a\":1,\"b\":\"two\"},{\"a\":2,\"b\":\"three\"}]";

  /** Keys, punctuation and the back reference of one object of a cycle. */
  private static final int CYCLE_SCALARS = 30;

  private static final String CONSTANT_SERIALIZED =
      "a:2:{i:0;a:2:{s:1:\"a\";i:1;s:1:\"b\";s:3:\"two\";}i:1;a:2:{s:1:\"a\";i:2;s:1:\"b\";s:5:\"three\";}}";
}
