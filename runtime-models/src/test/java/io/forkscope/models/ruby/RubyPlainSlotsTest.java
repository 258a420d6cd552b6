package io.forkscope.models.ruby;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RubyPlainSlotsTest {

  private static final int OWNER = 3;
  private static final int LENGTH = RubyHeap.PAGE_OBJ_LIMIT;

  private final RubyPlainSlots plain = new RubyPlainSlots(LENGTH);
  private final byte[] states = new byte[LENGTH];
  private final RubyFills fills = new RubyFills();
  private final Random random = new Random(1);

  @Test
  void setsHoldTheStatesThatSlotsWouldHave() {
    for (int turn = 0; turn < 12; turn++) {
      fill();
      assertThat(plain.states()).isEqualTo(states);
      age(turn % 3 == 2);
      assertThat(plain.states()).isEqualTo(states);
      sweep();
      assertThat(plain.states()).isEqualTo(states);
    }
    for (int word = 0; word < RubyPlainSlots.WORDS; word++) {
      plain.take(word, plain.free(word), plain.free(word));
    }
    assertThat(plain.live()).isEqualTo(LENGTH);
    plain.age(true);
    assertThat(plain.isSettled()).isTrue();
  }

  @Test
  void pageFilledAtOnceAgesLikeOneFilledWordByWord() {
    RubyPlainSlots atOnce = new RubyPlainSlots(LENGTH - 1);
    RubyPlainSlots byWords = new RubyPlainSlots(LENGTH - 1);
    atOnce.fill();
    for (int word = 0; word < RubyPlainSlots.WORDS; word++) {
      byWords.take(word, byWords.free(word), byWords.free(word));
    }
    RubyPlainSlots promoted = new RubyPlainSlots(atOnce);
    for (int age = 0; age <= RubySlots.OLD; age++) {
      assertThat(atOnce.states()).isEqualTo(byWords.states());
      assertThat(atOnce.young()).isEqualTo(byWords.young());
      atOnce.age(false);
      byWords.age(false);
    }
    promoted.age(true);
    assertThat(promoted.states()).isEqualTo(byWords.states());
    assertThat(promoted.isSettled()).isTrue();
  }

  @Test
  void whatAForkTakesStaysFreeInItsParent() {
    RubyPlainSlots child = new RubyPlainSlots(plain);
    child.take(0, 3, 1);
    assertThat(plain.states()).isEqualTo(states);
    plain.take(1, 1, 1);
    assertThat(child.free()).isEqualTo(LENGTH - 2);
    assertThat(child.free(1)).isEqualTo(-1L);
  }

  @Test
  void doesNotMixOwnersOrOtherStates() {
    byte[] pinned = {(byte) (RubySlots.live(OWNER) | RubySlots.PINNED)};
    assertThat(fills.use(pinned, plain)).isFalse();
    assertThat(fills.use(new byte[] {RubySlots.live(OWNER)}, plain)).isTrue();
    plain.take(0, 1, 1);
    assertThat(fills.use(new byte[] {RubySlots.live(OWNER + 1)}, plain)).isFalse();
    assertThat(fills.use(new byte[] {RubySlots.doomed()}, plain)).isTrue();
  }

  /** All free slots from the last on, with two dead objects before each that stays. */
  private void fill() {
    byte[] pattern = {RubySlots.doomed(), RubySlots.doomed(), RubySlots.live(OWNER)};
    int next = random.nextInt(pattern.length);
    assertThat(fills.use(pattern, plain)).isTrue();
    int at = next;
    for (int word = RubyPlainSlots.WORDS - 1; word >= 0; word--) {
      long free = plain.free(word);
      plain.take(word, free, fills.live(free, at));
      at = (at + Long.bitCount(free)) % pattern.length;
    }
    for (int slot = LENGTH - 1; slot >= 0; slot--) {
      if (states[slot] == 0) {
        states[slot] = pattern[next];
        next = (next + 1) % pattern.length;
      }
    }
  }

  private void age(boolean byOld) {
    plain.age(byOld);
    for (int slot = 0; slot < LENGTH; slot++) {
      if (states[slot] != 0 && (states[slot] & RubySlots.DOOMED) == 0) {
        int age = byOld ? RubySlots.OLD : Math.min(RubySlots.OLD, (states[slot] & 3) + 1);
        states[slot] = (byte) ((states[slot] & ~RubySlots.AGE) | age);
      }
    }
  }

  private void sweep() {
    plain.freeDoomed();
    for (int slot = 0; slot < LENGTH; slot++) {
      states[slot] = (states[slot] & RubySlots.DOOMED) != 0 ? 0 : states[slot];
    }
  }
}
