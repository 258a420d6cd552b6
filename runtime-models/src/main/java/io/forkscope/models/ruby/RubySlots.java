package io.forkscope.models.ruby;

/**
 * The state of one slot (RVALUE) of CRuby's heap in one byte. Zero is a free slot. Source: CRuby
 * 3.1.2 gc.c ({@code RVALUE_AGE_INC}, {@code RVALUE_OLD_AGE}), include/ruby/internal/fl_type.h.
 */
final class RubySlots {

  /** {@code sizeof(RVALUE)}: GC::INTERNAL_CONSTANTS[:RVALUE_SIZE] of CRuby 3.1.2. */
  static final int BYTES = 40;

  /** {@code RVALUE_OLD_AGE}. */
  static final int OLD = 3;

  static final int AGE = 0x03;
  static final int UNPROTECTED = 0x04;

  /** Nothing refers to it. */
  static final int DOOMED = 0x08;

  /** Of a doomed one: it died after the marking whose sweep is under way, and survives that. */
  static final int SPARED = 0x10;

  /** What was alive until now: a sweep under way goes by a marking that has found it. */
  static final int DROPPED = DOOMED | SPARED;

  /** Of one that is not doomed: marked by a caller that does not let it move. */
  static final int PINNED = 0x10;

  /** Which population it belongs to: 0 is the start image and everything else; kept plus 1. */
  private static final int OWNER_SHIFT = 5;

  static final int OWNERS = 7;

  /** The owner of objects that nothing refers to but the tables of object ids, weakly. */
  static final int WITH_ID = OWNERS - 1;

  /** The owner of live objects that only an array on the stack of a running action holds. */
  static final int HELD = WITH_ID;

  private RubySlots() {}

  static byte live(int owner) {
    return (byte) ((owner + 1) << OWNER_SHIFT);
  }

  static byte doomed() {
    return (byte) (live(0) | DOOMED);
  }

  static byte doomedWithId() {
    return (byte) (live(WITH_ID) | DOOMED);
  }

  static boolean isHeld(int slot) {
    return slot != 0 && (slot & DOOMED) == 0 && owner(slot) == HELD;
  }

  /** The owner of a slot that is not free. */
  static int owner(int slot) {
    return ((slot >> OWNER_SHIFT) & OWNERS) - 1;
  }
}
