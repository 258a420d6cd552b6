package io.forkscope.models.lua;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.ToldMemory;
import io.forkscope.models.allocator.BlockRuns;
import java.util.Arrays;
import java.util.List;

/**
 * Moves the blocks of a population's elements to where a real run had them, as {@code tell} of
 * {@code forkscope.c} has told after the last mark. The population's own table, garbage and free
 * chunks stay where the model has put them.
 */
final class LuaToldPlacement {

  /** Actions after which a collection frees what was told. */
  private static final List<String> FREEING = List.of("clear", "drop");

  private static final List<String> COLLECTING = List.of("collect", "step");

  /** Actions that make objects, for which a collection may start too. */
  private static final List<String> MAKING =
      List.of(
          "allocate",
          "append",
          "concat",
          "copy",
          "keys",
          "lookup",
          "map-length",
          "tostring",
          "upper",
          "values");

  private final ToldMemory told;
  private final ProcessMemory memory;

  LuaToldPlacement(ObservedAddresses told, List<LuaPopulation> populations, ProcessMemory memory) {
    long largest = populations.stream().mapToLong(LuaToldPlacement::largest).max().orElse(0);
    this.told =
        new ToldMemory(
            told, LuaHeapImage.TOLD, 0, largest, LuaHeapImage.HEAP, LuaHeapImage.HEAP_BYTES);
    this.memory = memory;
  }

  /**
   * Refuses scenarios whose actions free what was told, or meet the garbage and the free chunks
   * that building has left among it: what a text was repeated from, and elements that were not
   * kept.
   *
   * @throws IllegalArgumentException naming the step
   */
  static void check(Scenario plan) {
    boolean thinned = plan.populations().stream().anyMatch(of -> of.keepEvery() > 1);
    boolean garbage = plan.populations().stream().anyMatch(LuaToldPlacement::leavesGarbage);
    for (Step step : plan.actions()) {
      boolean makes = MAKING.contains(step.verb());
      if (FREEING.contains(step.verb())
          || (garbage && (makes || COLLECTING.contains(step.verb())))
          || (thinned && makes)) {
        throw new IllegalArgumentException(
            "what " + step.verb() + " frees, or finds free, would have to be told too");
      }
    }
  }

  private static boolean leavesGarbage(Population of) {
    return new LuaPopulation(of.name(), of.holder(), of.of(), false, 0)
        .roles.stream().anyMatch(LuaNode.Role::garbage);
  }

  private static long largest(LuaPopulation d) {
    int digits = d.digits(d.made);
    return d.roles.stream().mapToLong(role -> role.size().bytes(digits)).max().orElse(0);
  }

  /** Moves all, and writes it as making it has. */
  void place(Scenario plan, List<LuaPopulation> populations) {
    told.map(memory);
    for (int i = 0; i < plan.populations().size(); i++) {
      Population of = plan.populations().get(i);
      for (LuaPopulation d : populations) {
        if (d.name.equals(of.name()) && d.header != 0 && !d.dropped && d.count > 0) {
          int[] elements = elements(of, Math.toIntExact(d.count));
          if (d.key != null) {
            place(d, d.key, i + ".key", elements);
          }
          place(d, d.value, d.hasKeys ? i + ".value" : String.valueOf(i), elements);
        }
      }
    }
  }

  /** The element, in the order in which they were made, at each index of a population's table. */
  static int[] elements(Population of, int count) {
    int[] elements = new int[count];
    Arrays.setAll(elements, i -> i);
    if (of.shuffleSeed() >= 0 && !of.holder().equals("map")) {
      LuaRandom random = new LuaRandom(of.shuffleSeed());
      for (int i = count; i > 1; i--) {
        int other = (int) random.below(i);
        int moved = elements[i - 1];
        elements[i - 1] = elements[other];
        elements[other] = moved;
      }
    }
    return elements;
  }

  private void place(LuaPopulation d, LuaNode node, String path, int[] elements) {
    move(d, node.header, path, elements);
    move(d, node.data, path + (node.layout == LuaNode.Layout.LIST ? ":array" : ":nodes"), elements);
    int next = node.header + 1;
    if (node.layout == LuaNode.Layout.CLOSURE
        && next < d.roles.size()
        && d.roles.get(next).isUpvalue()) {
      move(d, next, path + ":upvalue", elements);
    }
    for (int i = 0; i < node.parts.size(); i++) {
      place(d, node.parts.get(i), path + "." + node.partName(i), elements);
    }
  }

  private void move(LuaPopulation d, int role, String column, int[] elements) {
    if (role < 0) {
      return;
    }
    BlockRuns blocks = told.blocks(column, elements, d.name);
    d.blocks[role] = blocks;
    for (long from = 0; from < d.count; from = d.digitsEnd(from)) {
      blocks.write(
          memory.sink(LuaCauses.ALLOCATION),
          from,
          Math.min(d.count, d.digitsEnd(from)),
          d.roles.get(role).size().bytes(d.digits(from)));
    }
  }
}
