package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.BlockRun;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * Blocks of dropped objects that wait on the free lists of their types ({@link FreeLists}). A tuple
 * is taken by the next one of as many items, the last dropped first; a full collection frees all
 * (clear_freelists, Modules/gcmodule.c, later Python/gc_gil.c).
 */
final class WaitingBlocks {

  private static final Deque<BlockRun> NONE = new ArrayDeque<>();

  /** What first uses take beside tuples: dicts, their tables, and lists. */
  static final int DICTS = -1;

  static final int TABLES = -2;
  static final int LISTS = -3;

  /** Whether a full collection leaves dicts and lists there, as that of 2.7 does. */
  private final boolean keepsContainers;

  /** By the items of tuples, or as above; those that nothing that was measured takes at 0. */
  private final NavigableMap<Integer, Deque<BlockRun>> byItems = new TreeMap<>();

  /** Those of whole populations, which are no holes of their pools as the others are. */
  private final Map<Integer, Deque<BlockRun>> ofWhole = new TreeMap<>();

  WaitingBlocks(CPythonVersion version) {
    this(version == CPythonVersion.V2_7);
  }

  private WaitingBlocks(boolean keepsContainers) {
    this.keepsContainers = keepsContainers;
  }

  /** What a child inherits. */
  WaitingBlocks copy() {
    WaitingBlocks copy = new WaitingBlocks(keepsContainers);
    byItems.forEach((items, blocks) -> copy.byItems.put(items, new ArrayDeque<>(blocks)));
    ofWhole.forEach((items, blocks) -> copy.ofWhole.put(items, new ArrayDeque<>(blocks)));
    return copy;
  }

  /** Adds what a list that is dropped leaves on them: of each type the elements of its end. */
  void addDropped(HeldPopulation held) {
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    LongUnaryOperator elements = held.elementsBuilt();
    for (Node node : nodes) {
      long left = FreeLists.kept(node, nodes);
      for (long at = held.population.count() - 1; at >= 0 && left > 0; at--) {
        long element = elements.applyAsLong(at);
        long object = node.indices.firstAtLeast(element, node.count);
        if (at % held.step != 0 && node.isOf(object, element)) {
          left--;
          List<Column> waiting = FreeLists.waiting(node);
          for (int i = 0; i < waiting.size(); i++) {
            byItems
                .computeIfAbsent(i == 0 ? kindOf(node) : TABLES, kind -> new ArrayDeque<>())
                .addAll(waiting.get(i).select(object, object + 1, 1));
          }
        }
      }
    }
  }

  private static int kindOf(Node node) {
    return switch (node.value.kind()) {
      case "dict", "object" -> DICTS;
      case "list" -> LISTS;
      default -> FreeLists.itemsOfTuple(node);
    };
  }

  /**
   * Adds tuples of as many items of a population that goes as a whole, the last one first, while
   * there is room; returns the others.
   */
  List<BlockRun> add(int items, List<BlockRun> tuples) {
    Deque<BlockRun> blocks = ofWhole.computeIfAbsent(items, i -> new ArrayDeque<>());
    long room = FreeLists.TUPLES - count(blocks) - count(byItems.getOrDefault(items, NONE));
    List<BlockRun> others = new ArrayList<>();
    for (BlockRun run : tuples) {
      long first = Math.max(0, run.count() - room);
      blocks.add(run.part(first, run.count(), 1));
      if (first > 0) {
        others.add(run.part(0, first, 1));
      }
      room -= run.count() - first;
    }
    return others;
  }

  private static long count(Deque<BlockRun> blocks) {
    return blocks.stream().mapToLong(BlockRun::count).sum();
  }

  /** Makes up to so many tuples, or others, of the blocks that wait for them; says how many. */
  long take(int items, long count, WriteSink sink, int bytes) {
    long left = count;
    for (Deque<BlockRun> blocks :
        List.of(ofWhole.getOrDefault(items, NONE), byItems.getOrDefault(items, NONE))) {
      while (left > 0 && !blocks.isEmpty()) {
        BlockRun run = blocks.removeLast();
        long here = Math.min(left, run.count());
        run.part(0, here, 1).write(sink, 0, bytes);
        if (here < run.count()) {
          blocks.add(run.part(here, run.count(), 1));
        }
        left -= here;
      }
    }
    return count - left;
  }

  /** Frees all. */
  void free(CPythonHeap heap, WriteSink release) {
    Collection<Deque<BlockRun>> freed =
        keepsContainers ? byItems.tailMap(1, true).values() : byItems.values();
    for (Deque<BlockRun> holes : freed) {
      for (BlockRun block : holes) {
        block.write(release, 0, Long.BYTES);
        block.writePoolHeaders(release);
      }
    }
    freed.clear();
    List<BlockRun> whole = ofWhole.values().stream().flatMap(Deque::stream).toList();
    ofWhole.clear();
    BlockRun.turns(whole).forEach(turns -> heap.releaseAll(CPythonHeap.Domain.OBJECT, turns));
  }
}
