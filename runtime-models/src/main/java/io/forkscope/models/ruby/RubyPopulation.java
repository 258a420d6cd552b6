package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A population as a process knows it: its shape, who holds it, and what its headers cache. */
final class RubyPopulation {

  final Population plan;
  final RubyShape shape;
  final int owner;

  /** Elements it holds. */
  long count;

  /** Elements built for each that is held. */
  int stride = 1;

  /** Index of the element at each place of a shuffled array; empty for creation order. */
  int[] order = {};

  /** Where its elements lie, once it was asked for. */
  @Nullable RubyPlaces places;

  /** Address of the array's buffer; 0 if the holder has none in the C heap yet. */
  long buffer;

  /** Page of the array itself, if it dies before its process does. */
  @Nullable RubyHeapPage holderPage;

  int holderSlot;

  /** The pairs of a hash holder. */
  @Nullable RubyTable table;

  /** Slots the heap had given out when its building began. */
  long firstSlot;

  /** How many collections the holder survived, to {@link RubySlots#OLD}. */
  int holderAge;

  /** Elements, in order of creation, that samples gave an id. */
  final BitSet withId = new BitSet();

  boolean codeRangesKnown;
  boolean frozen;
  boolean idsGiven;
  boolean shared;

  /** Whether copies share the array's buffer. */
  boolean bufferShared;

  RubyPopulation(Population plan, RubyShape shape, int owner) {
    this.plan = plan;
    this.shape = shape;
    this.owner = owner;
    this.count = plan.count();
    this.frozen = shape.frozen();
  }

  /** What one element, or the key of one pair, is. */
  Value element() {
    return plan.holder().equals("hash") ? plan.of().parts().get(0) : plan.of();
  }

  RubyPopulation copy() {
    RubyPopulation copy = new RubyPopulation(plan, shape, owner);
    copy.count = count;
    copy.stride = stride;
    copy.order = order;
    copy.buffer = buffer;
    copy.table = table == null ? null : table.copy();
    copy.firstSlot = firstSlot;
    copy.holderAge = holderAge;
    copy.withId.or(withId);
    copy.codeRangesKnown = codeRangesKnown;
    copy.frozen = frozen;
    copy.idsGiven = idsGiven;
    copy.shared = shared;
    copy.bufferShared = bufferShared;
    return copy;
  }

  /**
   * Whether what an action makes of each element shares the element's buffer: a copy of a long
   * string, or a long part of it that ends with it. Source: CRuby 3.1.2 string.c ({@code
   * SHARABLE_SUBSTRING_P}).
   */
  boolean sharesBuffers(String verb) {
    if (!isArray() || !shape.isString() || !shape.hasBlocks()) {
      return false;
    }
    int bytes = RubyValues.stringBytes(plan.of());
    return verb.equals("dup")
        || (verb.equals("substr")
            && bytes <= RubyShape.SUBSTRING_END
            && bytes - RubyShape.SUBSTRING_START > RubyShape.EMBEDDED_STRING_BYTES);
  }

  boolean isArray() {
    return plan.holder().equals("array");
  }

  /** Bytes of the array's buffer. */
  long bufferBytes() {
    return 8 * Math.max(1, count);
  }

  /** Where its elements lie. */
  RubyPlaces places(RubyHeap heap) {
    RubyPlaces known = places;
    if (known == null) {
      known = new RubyPlaces(heap, owner, Math.toIntExact(plan.count()));
      places = known;
    }
    return known;
  }

  /** The number, in order of creation, of the element at a place of the holder. */
  int created(long index) {
    int i = (int) index;
    return (order.length == 0 ? i : order[i]) * stride;
  }

  /** Lets go of elements, by their numbers in order of creation. */
  void doom(RubyHeap heap, IntPredicate let) {
    for (RubyHeapPage page : heap.pages) {
      byte[] slots = page.view();
      for (int i = 0; i < slots.length; i++) {
        int element = Math.abs(page.element(i));
        if (element > 0
            && slots[i] != 0
            && (slots[i] & RubySlots.DOOMED) == 0
            && RubySlots.owner(slots[i]) == owner
            && let.test(element - 1)) {
          slots = page.own();
          slots[i] |= (byte) RubySlots.DOOMED;
          page.settled = false;
        }
      }
    }
  }

  /** How many elements exist when the heap has given out {@code slots}. */
  long built(long slots) {
    return shape.isImmediate() ? 0 : Math.min(count, (slots - firstSlot) / shape.pattern().size());
  }
}
