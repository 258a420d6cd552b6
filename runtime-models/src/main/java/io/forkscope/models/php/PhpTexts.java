package io.forkscope.models.php;

/** Sums of text bytes over an array, by ranges of equally long indices. */
final class PhpTexts {

  private PhpTexts() {}

  /** Bytes of all elements. */
  static long total(PhpPopulation d, Measure measure) {
    long bytes = 2;
    for (long at = 0; at < d.count; ) {
      int digits = PhpInts.digits(at);
      long end = Math.min(d.count, PhpInts.bound(digits));
      long each = measure.bytes(d.value, digits) + 1;
      if (d.key != null) {
        each += measure.bytes(d.key, digits) + 1;
      }
      bytes += each * (end - at);
      at = end;
    }
    return bytes;
  }

  /** Bytes of a value in implode's result. */
  static long joined(PhpNode node, int digits) {
    return switch (node.layout) {
      case STRING -> PhpStrings.text(node.value, digits);
      case PACKED, HASH, OBJECT -> "Array".length();
      case IMMEDIATE ->
          node.value.kind().equals("constant-array") ? "Array".length() : scalar(node, digits);
    };
  }

  private static long scalar(PhpNode node, int digits) {
    long quotes = node.value.kind().equals("literal") ? 2 : 0;
    return PhpText.json(node, digits) - quotes;
  }

  /** Bytes of one value. */
  @FunctionalInterface
  interface Measure {
    long bytes(PhpNode node, int digits);
  }
}
