package io.forkscope.models.perl;

/** Sizes of perl 5.36's structures on 64-bit machines, in bytes. */
final class PerlSizes {

  /** PERL_ARENA_SIZE: perl 5.36 sv_inline.h. */
  static final int ARENA_BYTES = 4080;

  /** SV head: perl 5.36 sv.h, body pointer, count, flags, value. */
  static final int HEAD_BYTES = 24;

  /** HE: perl 5.36 hv.h. */
  static final int ENTRY_BYTES = 24;

  /** A key in the table of shared keys: struct shared_he up to its text, perl 5.36 hv.h. */
  private static final int SHARED_KEY_BYTES = 32;

  /** Buckets of a new hash: PERL_HASH_DEFAULT_HvMAX + 1, perl 5.36 hv.h. */
  static final int LEAST_BUCKETS = 8;

  /** Buckets of the table of shared keys at the start: room for 1 << 11 keys; perl.c, hv_ksplit. */
  static final int KEY_TABLE_BUCKETS = 1 << 12;

  static final int POINTER_BYTES = 8;

  /** Least buffer: minlen of sv_grow, perl 5.36 sv.c. */
  private static final int LEAST_BUFFER = 10;

  /** From this length on a buffer is taken from a temporary: SV_COWBUF_THRESHOLD, sv.c. */
  static final int STEAL_BYTES = 1250;

  /** Buffer of a float's text: NV_DIG + 20, and one for the count of sharers. */
  static final int FLOAT_TEXT_BYTES = 36;

  /** The largest block in malloc's least chunk, and in its largest fastbin. */
  static final int LEAST_BLOCK_BYTES = 24;

  static final int FAST_BLOCK_BYTES = 120;

  private PerlSizes() {}

  /** The buffer that sv_grow asks for a copied text: its bytes, a zero, a count. */
  static int bufferBytes(int text) {
    return Math.max(LEAST_BUFFER, text + 2);
  }

  /** The buffer of a repeated text, which pp_repeat has grown: PERL_STRLEN_ROUNDUP. */
  static int grownBufferBytes(int text) {
    return (text + 2 + 7) / 8 * 8;
  }

  /** The buffer of a text that {@code bytes} are appended to: sv_catpvn_flags, sv_grow, sv.c. */
  static long appendedBufferBytes(long text, int bytes, long held) {
    if (held > text + bytes) {
      return held;
    }
    long least = Math.max(text + bytes + 2, text + text / 4 + LEAST_BUFFER);
    return (least + 7) / 8 * 8; // PERL_STRLEN_ROUNDUP
  }

  /** Whether a copy shares the buffer: CHECK_COW_THRESHOLD and room for the count, sv.c. */
  static boolean sharesBuffer(int text, int buffer) {
    return text + 1 < buffer && buffer - text < 80 && buffer < 2 * text;
  }

  /** A shared key's block: share_hek_flags, perl 5.36 hv.c. */
  static int keyBytes(int text) {
    return SHARED_KEY_BYTES + text + 2;
  }

  /** Buckets of a hash of {@code keys}: DO_HSPLIT, perl 5.36 hv.c. */
  static long buckets(long keys, long least) {
    long buckets = least;
    while (keys + (keys >> 1) > buckets - 1) {
      buckets *= 2;
    }
    return buckets;
  }
}
