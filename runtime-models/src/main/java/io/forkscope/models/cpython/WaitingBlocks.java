package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.BlockRun;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * Blocks of dropped objects that wait on the free lists of their types ({@link FreeLists}). A tuple
 * is taken by the next one of as many items, the last dropped first; a full collection frees all
 * (clear_freelists, Modules/gcmodule.c, later Python/gc_gil.c).
 */
final class WaitingBlocks {

  /** By the items of tuples; those of other types, which nothing that was measured takes, at 0. */
  private final Map<Integer, Deque<BlockRun>> byItems = new TreeMap<>();

  /** What a child inherits. */
  WaitingBlocks copy() {
    WaitingBlocks copy = new WaitingBlocks();
    byItems.forEach((items, blocks) -> copy.byItems.put(items, new ArrayDeque<>(blocks)));
    return copy;
  }

  /** Adds what a list that is dropped leaves on them: of each type the elements of its end. */
  void addDropped(HeldPopulation held, CPythonVersion version) {
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    LongUnaryOperator elements = held.elementsBuilt();
    for (Node node : nodes) {
      int items = FreeLists.itemsOfTuple(node);
      if (items == 0 && version == CPythonVersion.V2_7) {
        continue; // whose full collection leaves lists and dicts
      }
      long left = FreeLists.kept(node, nodes);
      for (long at = held.population.count() - 1; at >= 0 && left > 0; at--) {
        long element = elements.applyAsLong(at);
        long object = node.indices.firstAtLeast(element, node.count);
        if (at % held.step != 0 && node.isOf(object, element)) {
          left--;
          for (Column blocks : FreeLists.waiting(node)) {
            byItems
                .computeIfAbsent(items, i -> new ArrayDeque<>())
                .addAll(blocks.select(object, object + 1, 1));
          }
        }
      }
    }
  }

  /** Makes up to so many tuples of the blocks that wait for them; says how many. */
  int take(int items, long count, WriteSink sink, int bytes) {
    Deque<BlockRun> blocks = byItems.getOrDefault(items, new ArrayDeque<>());
    int taken = 0;
    for (; taken < count && !blocks.isEmpty(); taken++) {
      blocks.removeLast().write(sink, 0, bytes);
    }
    return taken;
  }

  /** Frees all. */
  void free(WriteSink release) {
    byItems.values().stream()
        .flatMap(Deque::stream)
        .forEach(
            block -> {
              block.write(release, 0, Long.BYTES);
              block.writePoolHeaders(release);
            });
    byItems.clear();
  }
}
