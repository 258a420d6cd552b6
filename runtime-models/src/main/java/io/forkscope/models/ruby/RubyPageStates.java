package io.forkscope.models.ruby;

/** The states of a page's slots, copied by the first change: pages share those they began with. */
class RubyPageStates {

  private final byte[] before;
  private byte[] states;

  RubyPageStates(byte[] before) {
    this.before = before;
    this.states = before;
  }

  /** The states so far: those of the beginning themselves if nothing changed. */
  final byte[] states() {
    return states;
  }

  /** Changes the word that begins at a slot. */
  final void put(int from, long word) {
    if (states == before) {
      states = before.clone();
    }
    RubySlotWords.put(states, from, word);
  }
}
