package io.forkscope.models.ruby;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Objects that go to other slots: what lies there comes to where they have been. What is free or
 * dead makes place, and what goes itself; an object whose slot another one has goes to the nearest
 * that is left: heap pages begin with the slot that their address divides, so that one of the model
 * may have a slot less than that of the run, and objects of the start image a slot beside.
 */
final class RubyExchanges {

  private static final int SLOT_BITS = 9;
  private static final int NONE = -1;

  private final List<RubyHeapPage> pages;
  private int[] from = new int[1024];
  private int[] to = new int[1024];
  private int count;

  /** By slot, what goes and lies there now. */
  private int[] at = {};

  /** Slots that something goes to. */
  private final BitSet taken = new BitSet();

  RubyExchanges(List<RubyHeapPage> pages) {
    this.pages = pages;
  }

  /** The number of a slot of a page of the heap. */
  static int slot(int page, int index) {
    return page << SLOT_BITS | index;
  }

  private static int index(int slot) {
    return slot & ((1 << SLOT_BITS) - 1);
  }

  private RubyHeapPage page(int slot) {
    return pages.get(slot >> SLOT_BITS);
  }

  /** Lets the object of a slot go to another one. */
  void add(int source, int target) {
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
    }
    from[count] = source;
    to[count++] = target;
  }

  /** Exchanges all. */
  void take() {
    at = new int[pages.size() << SLOT_BITS];
    Arrays.fill(at, NONE);
    BitSet left = new BitSet();
    for (int k = 0; k < count; k++) {
      at[from[k]] = k;
      left.set(from[k]);
    }
    BitSet crowded = new BitSet();
    for (int k = 0; k < count; k++) {
      if (isOpen(to[k])) {
        taken.set(to[k]);
      } else {
        crowded.set(k);
      }
    }
    for (int k = crowded.nextSetBit(0); k >= 0; k = crowded.nextSetBit(k + 1)) {
      to[k] = nearest(to[k]);
      taken.set(to[k]);
    }
    BitSet place = (BitSet) taken.clone();
    place.andNot(left);
    left.andNot(taken);
    exchange(left, place); // what is free or dead goes to where objects have been
    for (int k = 0; k < count; k++) {
      exchange(from[k], to[k]);
    }
  }

  /**
   * Lets the dead lie where the run had something, as far as nothing else lies there.
   *
   * @param free slots that were free in the run
   */
  void takeDead(BitSet free) {
    BitSet dead = new BitSet();
    BitSet used = new BitSet();
    for (int slot = 0; slot < at.length; slot++) {
      if (isLeft(slot)) {
        int state = page(slot).slot(index(slot));
        dead.set(slot, (state & RubySlots.DOOMED) != 0 && free.get(slot));
        used.set(slot, state == 0 && !free.get(slot));
      }
    }
    exchange(dead, used);
  }

  /**
   * Exchanges what lies in some slots with what lies in others: on each page, then what is left.
   */
  private void exchange(BitSet some, BitSet others) {
    for (int page = 0; page < pages.size(); page++) {
      exchange(some, others, slot(page, 0), slot(page + 1, 0));
    }
    exchange(some, others, 0, at.length);
  }

  private void exchange(BitSet some, BitSet others, int begin, int end) {
    int source = some.nextSetBit(begin);
    int target = others.nextSetBit(begin);
    while (source >= 0 && source < end && target >= 0 && target < end) {
      exchange(source, target);
      some.clear(source);
      others.clear(target);
      source = some.nextSetBit(source);
      target = others.nextSetBit(target);
    }
  }

  /**
   * The slot nearest to one that nothing goes to yet: on its page of the kernel, from which a live
   * object may have to go, or else an open one.
   */
  private int nearest(int slot) {
    long page = kernelPage(slot);
    int reach = RubyHeap.PAGE_OBJ_LIMIT;
    int open = nearest(slot, reach, other -> isOpen(other) && kernelPage(other) == page);
    int left = open != NONE ? open : nearest(slot, reach, s -> isLeft(s) && kernelPage(s) == page);
    return left != NONE ? left : nearest(slot, at.length, this::isOpen);
  }

  private int nearest(int slot, int reach, IntPredicate fits) {
    for (int away = 0; away < reach; away++) {
      if (slot - away >= 0 && fits.test(slot - away)) {
        return slot - away;
      }
      if (slot + away < at.length && fits.test(slot + away)) {
        return slot + away;
      }
    }
    return NONE;
  }

  private long kernelPage(int slot) {
    return page(slot).addressOf(index(slot)) / 4096;
  }

  private boolean isLeft(int slot) {
    return index(slot) < page(slot).length() && !taken.get(slot);
  }

  /** Whether a slot is left that no live object has that stays where it is. */
  private boolean isOpen(int slot) {
    if (!isLeft(slot)) {
      return false;
    }
    int state = page(slot).slot(index(slot));
    return at[slot] != NONE || state == 0 || (state & RubySlots.DOOMED) != 0;
  }

  /** Exchanges what lies in two slots. */
  private void exchange(int source, int target) {
    if (source != target) {
      page(target).exchange(index(target), page(source), index(source));
      int other = at[target];
      put(at[source], target);
      put(other, source);
    }
  }

  private void put(int k, int slot) {
    at[slot] = k;
    if (k != NONE) {
      from[k] = slot;
    }
  }
}
