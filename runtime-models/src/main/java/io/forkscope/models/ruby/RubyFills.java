package io.forkscope.models.ruby;

import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * What pages become when one allocation takes all their free slots. Pages that share their states
 * and are filled alike share what they become, so that it is worked out once for all.
 */
final class RubyFills {

  private static final int MOST_KNOWN = 4096;

  private final IdentityHashMap<byte[], Filled[]> known = new IdentityHashMap<>();
  private byte[] pattern = {};

  /** A page without free slots. */
  static final class Filled {
    /** Shared, not to be changed. */
    final byte[] states;

    /** How many slots were taken. */
    final int taken;

    Filled(byte[] states, int taken) {
      this.states = states;
      this.taken = taken;
    }
  }

  /**
   * Fills a page from the last slot to the first.
   *
   * @param slots shared states, which do not change any more
   * @param states of the slots of one element, in order
   * @param from index in the pattern of the first slot taken
   */
  Filled of(byte[] slots, byte[] states, int from) {
    if (!Arrays.equals(pattern, states) || known.size() >= MOST_KNOWN) {
      pattern = states.clone();
      known.clear();
    }
    Filled[] filled = known.computeIfAbsent(slots, any -> new Filled[pattern.length]);
    if (filled[from] == null) {
      filled[from] = fill(slots.clone(), from);
    }
    return filled[from];
  }

  private Filled fill(byte[] slots, int from) {
    int taken = 0;
    for (int i = slots.length - 1; i >= 0; i--) {
      if (slots[i] == 0) {
        slots[i] = pattern[(from + taken++) % pattern.length];
      }
    }
    return new Filled(slots, taken);
  }
}
