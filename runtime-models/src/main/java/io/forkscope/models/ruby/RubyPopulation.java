package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import org.jspecify.annotations.Nullable;

/** A population as a process knows it: its shape, who holds it, and what its headers cache. */
final class RubyPopulation {

  final Population plan;
  final RubyShape shape;
  final int owner;
  final long count;

  /** Address of the array's buffer; 0 if the holder has none. */
  long buffer;

  /** The pairs of a hash holder. */
  @Nullable RubyTable table;

  /** Slots the heap had given out when its building began. */
  long firstSlot;

  /** How many collections the holder survived, to {@link RubySlots#OLD}. */
  int holderAge;

  boolean codeRangesKnown;
  boolean frozen;
  boolean idsGiven;
  boolean shared;

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
    copy.buffer = buffer;
    copy.table = table == null ? null : table.copy();
    copy.firstSlot = firstSlot;
    copy.holderAge = holderAge;
    copy.codeRangesKnown = codeRangesKnown;
    copy.frozen = frozen;
    copy.idsGiven = idsGiven;
    copy.shared = shared;
    return copy;
  }

  /** How many elements exist when the heap has given out {@code slots}. */
  long built(long slots) {
    return shape.isImmediate() ? 0 : Math.min(count, (slots - firstSlot) / shape.pattern().size());
  }
}
