package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;

/**
 * The bignum that {@code to_i} makes of a string: its block has room for all the digits, and is cut
 * to what the number needs. GMP reads longer ones into a block of its own, which it gives back
 * then. Source: CRuby 3.1.2 bignum.c ({@code rb_int_parse_cstr}, {@code str2big_gmp}, {@code
 * bigfixize}, {@code rb_big_realloc}); GMP 6.2.1 gmp-impl.h ({@code LIMBS_PER_DIGIT_IN_BASE}). All
 * sizes were seen in calls of malloc and realloc of Debian's CRuby, 36 to 1,080 digits. Not
 * modelled: the copy of more than 1,023 digits.
 *
 * @param parsedBytes bytes of its block while it is parsed; 0 if it is embedded
 * @param bytes bytes of its block then
 * @param gmpBytes bytes of GMP's block meanwhile; 0 if it is not asked
 */
record RubyParsedNumber(long parsedBytes, long bytes, long gmpBytes) {

  /** Decimal digits of a number that is a fixnum whatever they are. */
  private static final int FIXNUM_DIGITS = 18;

  /** A BDIGIT of Debian's build: 32 bits. */
  private static final int BDIGIT_BYTES = 4;

  /** {@code maxpow_in_bdigit_dbl}: decimal digits that two BDIGITs hold. */
  private static final int DIGITS_OF_TWO = 19;

  /** {@code GMP_STR2BIG_DIGITS}: the most BDIGITs that are parsed without GMP. */
  private static final int MOST_WITHOUT_GMP = 20;

  /** {@code BIGNUM_EMBED_LEN_MAX} BDIGITs. */
  private static final int EMBEDDED_BYTES = 24;

  private static final double LOG2_OF_TEN = Math.log(10) / Math.log(2);

  /** Digits that a double tells apart. */
  private static final int PRECISION = 15;

  /** What string element {@code i} becomes. */
  static RubyParsedNumber of(Value value, long i) {
    String digits = RubyValues.leadingDigits(value, i);
    int pairs = (digits.length() + DIGITS_OF_TWO - 1) / DIGITS_OF_TWO;
    return new RubyParsedNumber(
        heapBytes(2L * pairs),
        heapBytes((bits(digits) + Integer.SIZE - 1) / Integer.SIZE),
        2 * pairs > MOST_WITHOUT_GMP ? gmpBytes(digits.length()) : 0);
  }

  /** Whole bytes that the digits fill, in limbs of 64 bits, and two limbs more. */
  private static long gmpBytes(int digits) {
    long filled = (long) (digits * LOG2_OF_TEN / Byte.SIZE);
    return (filled / Long.BYTES + 2) * Long.BYTES;
  }

  /** Whether string element {@code i} becomes a bignum, not a fixnum. */
  static boolean isBig(Value value, long i) {
    return RubyValues.leadingDigits(value, Math.max(0, i)).length() > FIXNUM_DIGITS;
  }

  private static long heapBytes(long digits) {
    long bytes = digits * BDIGIT_BYTES;
    return bytes > EMBEDDED_BYTES ? bytes : 0;
  }

  private static long bits(String digits) {
    if (digits.isEmpty()) {
      return 0;
    }
    int leading = Math.min(PRECISION, digits.length());
    double decimals =
        Math.log10(Double.parseDouble(digits.substring(0, leading))) + digits.length() - leading;
    return (long) (decimals * LOG2_OF_TEN) + 1;
  }
}
