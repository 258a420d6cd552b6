package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;

/**
 * The bignum that {@code to_i} makes of a string: its block has room for all the digits, and is cut
 * to what the number needs. Source: CRuby 3.1.2 bignum.c ({@code rb_int_parse_cstr}, {@code
 * str2big_normal}, {@code bigfixize}, {@code rb_big_realloc}). Not modelled: what GMP takes
 * meanwhile of more than 380 digits.
 *
 * @param parsedBytes bytes of its block while it is parsed; 0 if it is embedded
 * @param bytes bytes of its block then
 */
record RubyParsedNumber(long parsedBytes, long bytes) {

  /** Decimal digits of a number that is a fixnum whatever they are. */
  private static final int FIXNUM_DIGITS = 18;

  /** {@code maxpow_in_bdigit_dbl}: decimal digits that two BDIGITs of 64 bits hold. */
  private static final int DIGITS_OF_TWO = 38;

  /** {@code BIGNUM_EMBED_LEN_MAX} BDIGITs. */
  private static final int EMBEDDED_BYTES = 24;

  /** Digits that a double tells apart. */
  private static final int PRECISION = 15;

  /** What string element {@code i} becomes. */
  static RubyParsedNumber of(Value value, long i) {
    String digits = RubyValues.leadingDigits(value, i);
    int pairs = (digits.length() + DIGITS_OF_TWO - 1) / DIGITS_OF_TWO;
    return new RubyParsedNumber(
        heapBytes(2L * pairs), heapBytes((bits(digits) + Long.SIZE - 1) / Long.SIZE));
  }

  /** Whether string element {@code i} becomes a bignum, not a fixnum. */
  static boolean isBig(Value value, long i) {
    return RubyValues.leadingDigits(value, Math.max(0, i)).length() > FIXNUM_DIGITS;
  }

  private static long heapBytes(long words) {
    long bytes = words * Long.BYTES;
    return bytes > EMBEDDED_BYTES ? bytes : 0;
  }

  private static long bits(String digits) {
    if (digits.isEmpty()) {
      return 0;
    }
    int leading = Math.min(PRECISION, digits.length());
    double decimals =
        Math.log10(Double.parseDouble(digits.substring(0, leading))) + digits.length() - leading;
    return (long) (decimals / Math.log10(2)) + 1;
  }
}
