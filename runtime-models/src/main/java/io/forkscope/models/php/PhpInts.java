package io.forkscope.models.php;

import io.forkscope.core.scenario.Value;

/** Decimal digits of indices and of the integers made from them. */
final class PhpInts {

  private PhpInts() {}

  /** The first number of more than {@code digits} digits. */
  static long bound(int digits) {
    long bound = 1;
    for (int i = 0; i < digits; i++) {
      bound *= 10;
    }
    return bound;
  }

  static int digits(long number) {
    return Long.toString(Math.max(0, number)).length();
  }

  /** Digits of an {@code int} value for indices of {@code indexDigits} digits. */
  static int digits(Value value, int indexDigits) {
    return digits(from(value) + bound(indexDigits) / 2);
  }

  static long from(Value value) {
    return Long.parseLong(value.attribute("from", "0"));
  }
}
