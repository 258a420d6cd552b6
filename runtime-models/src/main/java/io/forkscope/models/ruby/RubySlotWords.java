package io.forkscope.models.ruby;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The states of {@link RubySlots}, eight slots to a word: a marking and a sweep look at every slot
 * of the heap, and most of what they see is the same. An answer is a word too, a <em>lane</em> for
 * each slot: the lowest bit of its byte.
 */
final class RubySlotWords {

  /** Slots of a word. */
  static final int SLOTS = 8;

  /** The lanes of a whole word. */
  static final long LANES = 0x0101_0101_0101_0101L;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private RubySlotWords() {}

  /** The word that begins at a slot, free where the page has ended. */
  static long get(byte[] slots, int from) {
    if (from + SLOTS <= slots.length) {
      return (long) WORDS.get(slots, from);
    }
    long word = 0;
    for (int i = slots.length - 1; i >= from; i--) {
      word = (word << 8) | (slots[i] & 0xFF);
    }
    return word;
  }

  /** Changes the word that begins at a slot. */
  static void put(byte[] slots, int from, long word) {
    if (from + SLOTS <= slots.length) {
      WORDS.set(slots, from, word);
      return;
    }
    long left = word;
    for (int i = from; i < slots.length; i++) {
      slots[i] = (byte) left;
      left >>>= 8;
    }
  }

  /** The lanes of a word that begins at a slot of a page with so many slots. */
  static long lanes(int from, int length) {
    return from + SLOTS <= length ? LANES : LANES >>> ((SLOTS - length + from) * 8);
  }

  /** The lanes of the slots of a word up to one of them. */
  static long lanesTo(int slot) {
    return LANES >>> ((SLOTS - 1 - slot) * 8);
  }

  /** Slots that are not free. */
  static long used(long word) {
    return ((word >>> 5) | (word >>> 6) | (word >>> 7)) & LANES;
  }

  static long doomed(long word) {
    return lanes(word, RubySlots.DOOMED);
  }

  static long spared(long word) {
    return lanes(word, RubySlots.SPARED);
  }

  /** Of slots that are not doomed. */
  static long pinned(long word) {
    return lanes(word, RubySlots.PINNED);
  }

  static long unprotected(long word) {
    return lanes(word, RubySlots.UNPROTECTED);
  }

  /** Slots of any age but 0. */
  static long ages(long word) {
    return (word | (word >>> 1)) & LANES;
  }

  /** Slots of the age of old objects. */
  static long old(long word) {
    return word & (word >>> 1) & LANES;
  }

  /** Slots that are not free and have the owner. */
  static long ownedBy(long word, int owner) {
    long differs = word ^ ((RubySlots.live(owner) & 0xFF) * LANES);
    return ~((differs >>> 5) | (differs >>> 6) | (differs >>> 7)) & LANES;
  }

  /** All bits of the slots of some lanes. */
  static long bytes(long lanes) {
    return lanes * 0xFF;
  }

  private static long lanes(long word, int bit) {
    return (word >>> Integer.numberOfTrailingZeros(bit)) & LANES;
  }
}
