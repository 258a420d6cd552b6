package io.forkscope.models.ruby;

import java.util.Arrays;

/**
 * The states of new pages that one allocation fills from end to end. Pages that are filled alike
 * share one array, so that what a marking or a sweep makes of it is worked out once for all.
 */
final class RubyFills {

  private byte[] pattern = {};
  private byte[][] filled = {};

  /**
   * The states of a page whose slots are taken from the last to the first.
   *
   * @param states of the slots of one element, in order
   * @param from index in the pattern of the first slot taken
   * @param length slots of the page
   * @return shared, not to be changed
   */
  byte[] of(byte[] states, int from, int length) {
    if (!Arrays.equals(pattern, states)) {
      pattern = states.clone();
      filled = new byte[2 * pattern.length][];
    }
    int index = 2 * from + length % 2; // pages differ by one slot
    if (filled[index] == null) {
      filled[index] = new byte[length];
      for (int i = 0; i < length; i++) {
        filled[index][length - 1 - i] = pattern[(from + i) % pattern.length];
      }
    }
    return filled[index];
  }
}
