package io.forkscope.models.cpython;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.ToldMemory;
import io.forkscope.models.allocator.BlockRuns;
import java.util.Arrays;

/** Moves the objects of populations to where a real run had them. */
final class ToldPlacement {

  /** No header reaches as far before the address of its object, nor an object's as far behind. */
  private static final int HEADERS = 256;

  private final ToldMemory told;

  ToldPlacement(ObservedAddresses told) {
    this.told = new ToldMemory(told, AddressMap.TOLD, HEADERS, HEADERS, 0, 0);
  }

  /**
   * Refuses scenarios that free what was told: free lists would have to be told too.
   *
   * @throws IllegalArgumentException naming the step
   */
  static void check(Scenario plan) {
    for (Step step : plan.actions()) {
      if (step.verb().equals("delete")) {
        throw new IllegalArgumentException(
            "what " + step.verb() + " frees would have to be told too");
      }
    }
  }

  /** Maps the memory of all that was told. */
  void map(ProcessMemory memory) {
    told.map(memory);
  }

  /** Moves the objects of a population. */
  void place(HeldPopulation held, int index, ProcessState state) {
    place(held, held.root, String.valueOf(index), state);
  }

  private void place(HeldPopulation held, Node node, String name, ProcessState state) {
    if (told.tells(name)) {
      move(node, byElement(held, told.blocks(name, held.length, held.population.name())), state);
    }
    if (!node.kind("choice")) {
      for (int i = 0; i < node.parts.size(); i++) {
        place(held, node.parts.get(i), PythonAddresses.part(name, i), state);
      }
    }
  }

  private static long[] byElement(HeldPopulation held, BlockRuns objects) {
    long[] moved = new long[Math.toIntExact(held.population.count())];
    Arrays.fill(moved, -1);
    for (long i = 0; i < objects.count(); i++) {
      moved[Math.toIntExact(held.element(i))] = objects.address(i);
    }
    return moved;
  }

  private void move(Node node, long[] byElement, ProcessState state) {
    if (node.kind("choice")) {
      node.parts.forEach(part -> move(part, byElement, state));
      return;
    }
    long[] blocks = new long[Math.toIntExact(node.count)];
    for (int i = 0; i < blocks.length; i++) {
      long address = byElement[Math.toIntExact(node.indices.element(i))];
      blocks[i] = address < 0 || node.object.address(i) < 0 ? -1 : address - node.headerOffset;
    }
    node.object.replace(blocks);
    node.object.write(state.sink(CPythonCauses.ALLOCATION), node.headerOffset, Long.BYTES);
  }
}
