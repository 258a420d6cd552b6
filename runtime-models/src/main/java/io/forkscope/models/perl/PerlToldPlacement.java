package io.forkscope.models.perl;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.SourceNames;
import io.forkscope.models.ToldMemory;
import io.forkscope.models.allocator.BlockRuns;
import java.util.List;

/**
 * Moves the scalars of populations to where a real run had them, as {@code tell.pl} has told after
 * its children's last mark: heads, bodies and texts, what references refer to, and a hash's keys.
 * What only freeing writes stays where the model has put it, and so do free slots and chunks.
 */
final class PerlToldPlacement {

  private static final List<String> FREEING =
      List.of("append", "clear", "delete", "pop", PerlModel.EXIT);

  /**
   * Actions that write the first part of each element: over a reference they free what it holds.
   */
  private static final List<String> OVERWRITING = List.of("write-inner", "write-key");

  private static final List<String> REFERENCES = List.of("array", "hash", "object");

  /** Actions that take free heads and bodies. */
  private static final List<String> TAKING =
      List.of("allocate", "copy", "map", "sort", "sort-block", "sort-numeric");

  /** Bytes of a shared key that are written: its header. */
  private static final int KEY_HEADER_BYTES = 32;

  private final ToldMemory told;
  private final List<PerlPopulation> populations;
  private final PerlHeap heap;
  private final ProcessMemory memory;

  PerlToldPlacement(
      ObservedAddresses told,
      List<PerlPopulation> populations,
      PerlHeap heap,
      ProcessMemory memory) {
    long largest = populations.stream().mapToLong(PerlToldPlacement::largest).max().orElse(0);
    this.told =
        new ToldMemory(told, PerlImage.TOLD, 0, largest, PerlImage.HEAP, PerlImage.HEAP_BYTES);
    this.populations = populations;
    this.heap = heap;
    this.memory = memory;
  }

  /**
   * Refuses scenarios whose actions move or free what was told, or take what lies free among it: a
   * function that returns a list of anything but numbers leaves free heads, and bodies, between
   * texts and what references refer to.
   *
   * @throws IllegalArgumentException naming what
   */
  static void check(Scenario plan) {
    if (plan.fork().acting() != ForkPlan.Acting.CHILDREN) {
      throw new IllegalArgumentException(
          "the parent, which tells in the end, has moved bodies and texts by its actions");
    }
    for (Population population : plan.populations()) {
      if (population.holder().equals("map")
          && !PerlModel.SCALARS.contains(population.of().parts().get(1).kind())) {
        throw new IllegalArgumentException(
            "what the values of " + population.name() + " hold would have to be told too");
      }
    }
    boolean leavesFreeSlots =
        plan.populations().stream().anyMatch(PerlToldPlacement::leavesFreeSlots);
    for (Step step : plan.actions()) {
      if (FREEING.contains(step.verb()) || writesOverReferences(plan, step)) {
        throw new IllegalArgumentException(
            "what " + step.verb() + " frees would have to be told too");
      }
      if (TAKING.contains(step.verb()) && leavesFreeSlots) {
        throw new IllegalArgumentException(
            "the free slots that " + step.verb() + " takes would have to be told too");
      }
    }
  }

  private static boolean writesOverReferences(Scenario plan, Step step) {
    return OVERWRITING.contains(step.verb())
        && plan.population(step.target().orElse("data")).of().parts().stream()
            .limit(1)
            .anyMatch(part -> REFERENCES.contains(part.kind()));
  }

  private static boolean leavesFreeSlots(Population population) {
    String kind = population.of().kind();
    if (population.keepEvery() > 1) {
      return true;
    }
    return !population.holder().equals("array")
        && !population.holder().equals("map")
        && !kind.equals("int")
        && !kind.equals("float");
  }

  private static long largest(PerlPopulation d) {
    int digits = d.digits(d.count);
    long blocks = d.blockSizes.stream().mapToLong(size -> size.bytes(digits)).max().orElse(0);
    return Math.max(blocks, PerlSizes.FLOAT_TEXT_BYTES);
  }

  /** Moves all, and writes it as building it has. */
  void place() {
    told.map(memory);
    for (int i = 0; i < populations.size(); i++) {
      PerlPopulation d = populations.get(i);
      if (d.count == 0 || d.emptied) {
        continue;
      }
      if (d.isMap) {
        d.slotRuns[d.value.head] = slots(d, i + ".head", PerlHeap.Slot.HEAD);
        d.keys = told.blocks(i + ".key", d.count, d.name);
        d.keys.write(memory.sink(PerlCauses.ALLOCATION), KEY_HEADER_BYTES);
      } else {
        place(d, d.value, String.valueOf(i));
      }
    }
  }

  private void place(PerlPopulation d, PerlNode node, String path) {
    boolean isElement = node == d.value;
    d.slotRuns[node.head] = slots(d, path + ".head", PerlHeap.Slot.HEAD);
    PerlHeap.Slot later = d.body;
    if (isElement && d.laterBodies.count() > 0 && later != null) {
      d.laterBodies = slots(d, path + ".body", later);
    } else if (node.body >= 0) {
      d.slotRuns[node.body] = slots(d, path + ".body", d.slots.get(node.body));
    }
    if (isElement && d.laterTexts.count() > 0) {
      d.laterTexts = texts(d, path + ".block", node::bufferBytes);
    } else if (node.block >= 0 && !node.isReference()) {
      d.blockRuns[node.block] = texts(d, path + ".block", d.blockSizes.get(node.block));
    }
    if (node.referent >= 0) {
      d.slotRuns[node.referent] = slots(d, path + ".referent", PerlHeap.Slot.HEAD);
      for (int i = 0; i < node.parts.size(); i++) {
        String part =
            node.kind == PerlNode.Kind.HASH ? SourceNames.keys(node.value)[i] : String.valueOf(i);
        place(d, node.parts.get(i), path + "." + part);
      }
    }
  }

  private BlockRuns slots(PerlPopulation d, String column, PerlHeap.Slot slot) {
    BlockRuns slots = told.blocks(column, d.count, d.name);
    slots.write(memory.sink(PerlCauses.ALLOCATION), heap.of(slot).slotBytes());
    return slots;
  }

  private BlockRuns texts(PerlPopulation d, String column, PerlNode.Size size) {
    BlockRuns texts = told.blocks(column, d.count, d.name);
    for (long from = 0; from < d.count; from = d.digitsEnd(from)) {
      texts.write(
          memory.sink(PerlCauses.ALLOCATION),
          from,
          Math.min(d.count, d.digitsEnd(from)),
          size.bytes(d.digits(from)));
    }
    return texts;
  }
}
