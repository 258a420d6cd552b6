package io.forkscope.models.php;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.ToldMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;
import java.util.List;

/**
 * Moves the blocks of elements to where a real run had them, as {@code tell.php} has told after the
 * last mark: strings, keys, arrays with their tables, objects, references. The population's own
 * table, the object store and free slots stay where the model has put them.
 */
final class PhpToldPlacement {

  private static final List<String> FREEING =
      List.of("delete", "unset", "write-element", "write-inner", "write-property");

  /** Actions that take small blocks, and so what thinning out has left free. */
  private static final List<String> TAKING =
      List.of("allocate", "allocate-free", "iterate-reference");

  private final ToldMemory told;
  private final ProcessMemory memory;

  PhpToldPlacement(ObservedAddresses told, List<PhpPopulation> populations, ProcessMemory memory) {
    long largest =
        populations.stream()
            .flatMapToLong(
                d -> d.blocks.stream().mapToLong(block -> block.bytes(d.digits(d.count))))
            .max()
            .orElse(0);
    this.told =
        new ToldMemory(
            told,
            PhpStartup.TOLD,
            0,
            largest,
            ZendMemory.mainChunkPage(0),
            PhpStartup.MAIN_CHUNK_BYTES);
    this.memory = memory;
  }

  /**
   * Refuses scenarios that free what was told, or take what lies free among it.
   *
   * @throws IllegalArgumentException naming the step
   */
  static void check(Scenario plan) {
    boolean thinned = plan.populations().stream().anyMatch(of -> of.keepEvery() > 1);
    plan.preparations().forEach(step -> check(step, FREEING));
    plan.actions().forEach(step -> check(step, FREEING));
    plan.actions().forEach(step -> check(step, thinned ? TAKING : List.of()));
  }

  private static void check(Step step, List<String> refused) {
    if (refused.contains(step.verb())) {
      throw new IllegalArgumentException(
          "what " + step.verb() + " frees, or finds free, would have to be told too");
    }
  }

  /** Moves all, and writes it as building it has. */
  void place(List<PhpPopulation> populations) {
    told.map(memory);
    for (int i = 0; i < populations.size(); i++) {
      PhpPopulation d = populations.get(i);
      String path = String.valueOf(i);
      if (d.key != null) {
        place(d, d.key, path + ".key");
      }
      place(d, d.value, d.key != null ? path + ".value" : path);
      if (d.references.count() > 0) {
        d.references = bySlot(d, path + ":reference");
        d.references.write(memory.sink(PhpCauses.ALLOCATION), PhpSizes.REFERENCE_BYTES);
      }
    }
  }

  private void place(PhpPopulation d, PhpNode node, String path) {
    move(d, node.header, path);
    move(d, node.data, path + ":data");
    for (int i = 0; i < node.parts.size(); i++) {
      place(d, node.parts.get(i), path + "." + node.property(i));
    }
  }

  private void move(PhpPopulation d, int role, String column) {
    if (role < 0 || d.count == 0) {
      return;
    }
    d.roles[role] = bySlot(d, column);
    for (long from = 0; from < d.count; from = d.digitsEnd(from)) {
      d.writeMade(
          role,
          from,
          Math.min(d.count, d.digitsEnd(from)),
          d.digits(from),
          memory.sink(PhpCauses.ALLOCATION));
    }
  }

  /** The blocks of a column, which is told in the order of the array. */
  private BlockRuns bySlot(PhpPopulation d, String column) {
    return d.order == null
        ? told.blocks(column, d.count, d.name)
        : told.blocks(column, d.order, d.name);
  }

  /** The shape of an element for {@code tell.php}. */
  static String shape(PhpNode node) {
    if (!node.refcounted()) {
      return "null";
    }
    if (node.layout == PhpNode.Layout.STRING) {
      return "''";
    }
    StringBuilder shape = new StringBuilder("[");
    for (int i = 0; i < node.parts.size(); i++) {
      shape.append(node.property(i)).append(" => ").append(shape(node.parts.get(i))).append(", ");
    }
    return shape.append(']').toString();
  }
}
