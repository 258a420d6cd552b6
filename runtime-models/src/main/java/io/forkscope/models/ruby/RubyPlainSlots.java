package io.forkscope.models.ruby;

import java.util.Arrays;

/**
 * The slots of a page that holds nothing but objects of one owner and garbage that was born dead,
 * as sets of bits: most pages of a heap that populations fill are such, and marking or sweeping one
 * is a few operations on words of 64 slots. What no set holds is an old object.
 */
final class RubyPlainSlots {

  static final int WORDS = (RubyHeap.PAGE_OBJ_LIMIT + Long.SIZE - 1) / Long.SIZE;

  /** Where the sets begin in {@link #sets}: free, dead, and live of each age but old. */
  private static final int FREE = 0;

  private static final int DOOMED = WORDS;
  private static final int YOUNG = 2 * WORDS;
  private static final int END = YOUNG + RubySlots.OLD * WORDS;

  /** A page has one of two lengths; by that. */
  private static final long[][] ALL_FREE = {
    all(FREE, RubyHeap.PAGE_OBJ_LIMIT - 1), all(FREE, RubyHeap.PAGE_OBJ_LIMIT)
  };

  /** Of pages that were filled at once and lose nothing: by age, then as above. */
  private static final long[][][] ALL_LIVE = new long[RubySlots.OLD + 1][2][END];

  static {
    for (int age = 0; age < RubySlots.OLD; age++) {
      for (int odd = 0; odd < 2; odd++) {
        ALL_LIVE[age][odd] = all(YOUNG + age * WORDS, RubyHeap.PAGE_OBJ_LIMIT - 1 + odd);
      }
    }
  }

  private final int length;

  /** Of a fork, others may hold the array. */
  private long[] sets;

  private boolean sharedSets;
  private int owner;

  /** How many slots are in the sets. */
  private int free;

  private int doomed;
  private int young;

  /** All slots free. */
  RubyPlainSlots(int length) {
    this.length = length;
    free = length;
    sets = ALL_FREE[odd()];
    sharedSets = true;
  }

  RubyPlainSlots(RubyPlainSlots other) {
    length = other.length;
    sets = other.sets;
    sharedSets = true;
    other.sharedSets = true;
    owner = other.owner;
    free = other.free;
    doomed = other.doomed;
    young = other.young;
  }

  private static long[] all(int set, int length) {
    long[] sets = new long[END];
    for (int from = 0; from < length; from += Long.SIZE) {
      sets[set + from / Long.SIZE] = -1L >>> Math.max(0, from + Long.SIZE - length);
    }
    return sets;
  }

  private int odd() {
    return length - (RubyHeap.PAGE_OBJ_LIMIT - 1);
  }

  /** Whose its live objects are. */
  int owner() {
    return owner;
  }

  /** Whether live objects of an owner can be added. */
  boolean admits(int newOwner) {
    if (owner != newOwner && live() > 0) {
      return false;
    }
    owner = newOwner;
    return true;
  }

  int free() {
    return free;
  }

  int live() {
    return length - free - doomed;
  }

  /** Live objects that are not old. */
  int young() {
    return young;
  }

  /** Whether all slots hold old objects. */
  boolean isSettled() {
    return free + doomed + young == 0;
  }

  /** The free slots of a word. */
  long free(int word) {
    return sets[FREE + word];
  }

  private long[] own() {
    if (sharedSets) {
      sets = sets.clone();
      sharedSets = false;
    }
    return sets;
  }

  /** Takes all slots, which are free, for objects that live. */
  void fill() {
    sets = ALL_LIVE[0][odd()];
    sharedSets = true;
    free = 0;
    young = length;
  }

  /** Takes free slots of a word; those that do not live are dead. */
  void take(int word, long taken, long live) {
    int count = Long.bitCount(taken);
    int living = Long.bitCount(live);
    free -= count;
    doomed += count - living;
    young += living;
    long[] own = own();
    own[FREE + word] &= ~taken;
    own[DOOMED + word] |= taken & ~live;
    own[YOUNG + word] |= live;
  }

  /**
   * Ages its live objects.
   *
   * @param byOld whether an old object refers to them, so that they are old at once
   */
  void age(boolean byOld) {
    if (young == 0) {
      return;
    }
    for (int age = 0; age < RubySlots.OLD; age++) {
      if (sets == ALL_LIVE[age][odd()]) {
        int to = byOld ? RubySlots.OLD : age + 1;
        sets = ALL_LIVE[to][odd()];
        young = to == RubySlots.OLD ? 0 : length;
        return;
      }
    }
    long[] own = own();
    if (byOld) {
      young = 0;
    } else {
      for (int i = END - WORDS; i < END; i++) {
        young -= Long.bitCount(own[i]);
      }
      System.arraycopy(own, YOUNG, own, YOUNG + WORDS, END - YOUNG - WORDS);
    }
    Arrays.fill(own, YOUNG, byOld ? END : YOUNG + WORDS, 0);
  }

  /** Frees what is dead. */
  void freeDoomed() {
    if (doomed == 0) {
      return;
    }
    long[] own = own();
    for (int word = 0; word < WORDS; word++) {
      own[FREE + word] |= own[DOOMED + word];
      own[DOOMED + word] = 0;
    }
    free += doomed;
    doomed = 0;
  }

  /** The dead slots of a word. */
  long doomed(int word) {
    return sets[DOOMED + word];
  }

  /** The live objects of a word that are not old. */
  long young(int word) {
    long young = 0;
    for (int i = YOUNG + word; i < END; i += WORDS) {
      young |= sets[i];
    }
    return young;
  }

  /** The state of a slot, as {@link RubySlots} has it. */
  byte state(int slot) {
    int word = slot / Long.SIZE;
    long bit = 1L << slot;
    if ((sets[FREE + word] & bit) != 0) {
      return 0;
    }
    if ((sets[DOOMED + word] & bit) != 0) {
      return RubySlots.doomed();
    }
    int age = 0;
    while (age < RubySlots.OLD && (sets[YOUNG + age * WORDS + word] & bit) == 0) {
      age++;
    }
    return (byte) (RubySlots.live(owner) | age);
  }

  /** The states of all slots. */
  byte[] states() {
    byte[] states = new byte[length];
    for (int slot = 0; slot < length; slot++) {
      states[slot] = state(slot);
    }
    return states;
  }
}
