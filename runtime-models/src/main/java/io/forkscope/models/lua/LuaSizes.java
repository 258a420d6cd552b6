package io.forkscope.models.lua;

/** Sizes of Lua 5.4's structures on 64-bit machines, in bytes. */
final class LuaSizes {

  /** Table: Lua 5.4.4 lobject.h. */
  static final int TABLE_BYTES = 56;

  /** TValue, an array slot: Lua 5.4.4 lobject.h. */
  static final int SLOT_BYTES = 16;

  /** Node, a hash slot: Lua 5.4.4 lobject.h, value, key and next packed into 24 bytes. */
  static final int NODE_BYTES = 24;

  /** LClosure with one upvalue: Lua 5.4.4 lfunc.h, sizeLclosure(1). */
  static final int CLOSURE_BYTES = 40;

  /** UpVal: Lua 5.4.4 lobject.h. */
  static final int UPVALUE_BYTES = 40;

  /** Userdata that holds the buffer of a long text: sizeudata(0, sizeof(UBox)). */
  static final int BUFFER_BYTES = 48;

  /** Texts longer than this are built in a heap buffer: LUAL_BUFFERSIZE, luaconf.h. */
  static final int C_BUFFER_BYTES = 1024;

  /** Longest interned string: LUAI_MAXSHORTLEN, llimits.h. */
  static final int LONGEST_SHORT = 40;

  /** Pointer to a chain in the string table. */
  static final int BUCKET_BYTES = 8;

  static final int POINTER_BYTES = 8;

  private LuaSizes() {}

  /** sizelstring: Lua 5.4.4 lstring.h, a header of 24 bytes, the text and a zero. */
  static int stringBytes(int text) {
    return 24 + text + 1;
  }

  /** newbuffsize: Lua 5.4.4 lauxlib.c, what a buffer grows to when it first leaves the C stack. */
  static int bufferBytes(int text) {
    return Math.max(2 * C_BUFFER_BYTES, text);
  }

  /** Nodes of a hash part that holds {@code fields}: a power of two. */
  static int nodes(int fields) {
    int nodes = 1;
    while (nodes < fields) {
      nodes *= 2;
    }
    return nodes;
  }
}
