package io.forkscope.models.redis;

/**
 * Bytes that Redis 7.0 asks its allocator for, on 64 bits. Source: Redis 7.0.15 src/sds.h, sds.c
 * ({@code sdsReqType}), server.h ({@code robj}), object.c, dict.h, quicklist.h, listpack.c.
 */
final class RedisSizes {

  /** {@code sizeof(robj)}. */
  static final int OBJECT = 16;

  /** {@code sizeof(dictEntry)}. */
  static final int ENTRY = 24;

  /** Where an entry holds its value. */
  static final int ENTRY_VALUE = 8;

  /** Where an entry holds the next one. */
  static final int ENTRY_NEXT = 16;

  /** A slot of a hash table, and an argument of a command. */
  static final int POINTER = 8;

  /** Longest string that lies in one block with its object: OBJ_ENCODING_EMBSTR_SIZE_LIMIT. */
  static final int LONGEST_EMBEDDED = 44;

  /** {@code sizeof(quicklist)} and {@code sizeof(quicklistNode)}. */
  static final int QUICKLIST = 40;

  /** Where a quicklist counts its elements and nodes; it counts down as it is freed. */
  static final int LIST_COUNTS = 16;

  /** {@code LP_HDR_SIZE}, and with it where the first element lies. */
  static final int LISTPACK_HEADER = 6;

  /** Bytes of a list's node at most: list-max-listpack-size -2. */
  static final int LIST_NODE_LIMIT = 8192;

  /** An argument from here on keeps the buffer it was read into: PROTO_MBULK_BIG_ARG. */
  static final int BIG_ARGUMENT = 32 << 10;

  /**
   * A memmove to where the bytes are already writes them again if they fit eight vector registers;
   * more is left alone. lpInsert makes such a one of what stands behind an element that it
   * replaces.
   *
   * <p>Source: glibc 2.36 sysdeps/x86_64/multiarch/memmove-vec-unaligned-erms.S ({@code
   * more_8x_vec_backward_check_nop}). Assumes registers of 64 bytes (AVX-512); with AVX2 it is
   * half.
   */
  static final int MOVED_AT_ONCE = 512;

  private static final int EMBEDDED_HEADER = 3;

  private RedisSizes() {}

  /** Bytes before the text of a dynamic string of a length. */
  static int header(long length) {
    if (length < 32) {
      return 1;
    }
    if (length < 256) {
      return 3;
    }
    return length < 65_536 ? 5 : 9;
  }

  /** A dynamic string with its header and the zero at its end. */
  static int string(int length) {
    return (length == 0 ? EMBEDDED_HEADER : header(length)) + length + 1;
  }

  /** An object with its string in one block. */
  static int embedded(int length) {
    return OBJECT + EMBEDDED_HEADER + length + 1;
  }

  /** What an element of a listpack takes, its length backwards included. */
  static int element(int length) {
    int encoded = length < 64 ? 1 + length : length < 4096 ? 2 + length : 5 + length;
    return encoded + (encoded <= 127 ? 1 : encoded < 16_383 ? 2 : 3);
  }
}
