package io.forkscope.models.ruby;

import java.util.Arrays;

/**
 * Which of the slots that an allocation takes get objects that live, eight slots at a time: what
 * was worked out for eight is known from then on.
 */
final class RubyFills {

  private static final int KNOWN = 1 << 30;
  private static final int NO_OWNER = -1;

  /** Of longer patterns hardly anything would be asked for twice. */
  private static final int MOST_STATES = 32;

  private byte[] pattern = {};

  /** Whether the states are those of {@link RubyPlainSlots}. */
  private boolean isPlain;

  private int owner;

  /** Whether some of the objects do not live. */
  private boolean drops;

  /**
   * By index in the pattern, and which of eight slots are taken: which of them live, and the next
   * index; 0 if it was not asked for.
   */
  private int[] known = {};

  /** By index in the pattern, the last word of 64 slots that was asked for, and its answer. */
  private long[] asked = {};

  private long[] answers = {};

  /**
   * Goes over to a pattern.
   *
   * @param states of the slots of one element, in order
   * @return whether a page can be filled with it
   */
  boolean use(byte[] states, RubyPlainSlots page) {
    if (!Arrays.equals(pattern, states)) {
      pattern = states.clone();
      owner = NO_OWNER;
      isPlain = pattern.length <= MOST_STATES;
      drops = false;
      for (byte state : pattern) {
        if (state == RubySlots.doomed()) {
          drops = true;
        } else {
          int of = RubySlots.owner(state);
          isPlain &= state == RubySlots.live(of) && (owner == NO_OWNER || owner == of);
          owner = of;
        }
      }
      if (isPlain) {
        known = new int[pattern.length << 8];
        asked = new long[pattern.length];
        answers = new long[pattern.length];
      }
    }
    return isPlain && (owner == NO_OWNER || page.admits(owner));
  }

  /** Whether all objects of the pattern live. */
  boolean keepAll() {
    return !drops;
  }

  /**
   * The slots that live, of those that are taken, at least one, from the last to the first.
   *
   * @param from index in the pattern of the first one
   */
  long live(long taken, int from) {
    if (!drops) {
      return taken;
    }
    if (asked[from] != taken) {
      answers[from] = byEights(taken, from);
      asked[from] = taken;
    }
    return answers[from];
  }

  private long byEights(long taken, int from) {
    long live = 0;
    int at = from;
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      int key = at << 8 | ((int) (taken >>> shift) & 0xFF);
      int found = known[key];
      if (found == 0) {
        found = workOut(key);
        known[key] = found;
      }
      live |= (found & 0xFFL) << shift;
      at = (found & ~KNOWN) >>> 8;
    }
    return live;
  }

  private int workOut(int key) {
    int at = key >>> 8;
    int live = 0;
    for (int left = key & 0xFF; left != 0; ) {
      int slot = Integer.highestOneBit(left);
      left ^= slot;
      live |= pattern[at] == RubySlots.doomed() ? 0 : slot;
      at = at + 1 == pattern.length ? 0 : at + 1;
    }
    return KNOWN | at << 8 | live;
  }
}
