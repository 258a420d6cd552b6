package io.forkscope.models.cpython;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The free lists of types: of objects that are dropped the first ones stay allocated, and wait
 * there for the next object of their type. A list drops its last element first.
 *
 * <p>Source: PyTuple_MAXFREELIST and PyTuple_MAXSAVESIZE (by size), PyList_MAXFREELIST,
 * PyDict_MAXFREELIST (dicts, and keys of 8 slots), PyFloat_MAXFREELIST: Objects of 3.6 to 3.10,
 * Include/internal/pycore_*.h of 3.11 and 3.12, pycore_freelist.h of 3.13. Floats of 2.7 lie in
 * cells, which are never freed one by one.
 */
final class FreeLists {

  static final int TUPLES = 2000;
  static final int MOST_ITEMS = 19;
  static final int CONTAINERS = 80;
  private static final int FLOATS = 100;

  private FreeLists() {}

  /**
   * Keeps what is dropped first from going back, with the pools and arenas that it lies in. An
   * arena holds pools of all sizes that were filled at one time, which are modelled size by size.
   * So of a shuffled population the pools of the whole element stay; what lies together in the last
   * arenas keeps those of one size only.
   */
  static void keepOf(HeldPopulation held, CPythonHeap heap) {
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    if (held.isShuffled()) {
      nodes.forEach(node -> keep(held, node, kept(node, nodes), nodes, heap));
    } else {
      nodes.stream()
          .max(Comparator.comparingLong(node -> kept(node, nodes)))
          .ifPresent(node -> keep(held, node, kept(node, nodes), List.of(node), heap));
    }
  }

  /**
   * Containers of a first population that take what waits on free lists.
   *
   * @param free lists, dicts, tuples of two and of three that wait there
   */
  static long taken(Node root, List<Integer> free) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    long[] made = new long[free.size()];
    for (Node node : nodes) {
      switch (node.value.kind()) {
        case "list" -> made[0] += node.count;
        case "cycle" -> made[0] += 2 * node.count;
        case "dict" -> made[1] += node.count;
        case "object" -> made[1] += node.third.isEmpty() ? 0 : node.count;
        case "function" -> made[2] += node.count; // the names of its code
        case "tuple" -> {
          int items = node.parts.size();
          if (items == 2 || items == 3) {
            made[items] += node.count;
          }
        }
        default -> {
          // Other types have no free lists, or none that was measured.
        }
      }
    }
    long taken = 0;
    for (int i = 0; i < made.length; i++) {
      taken += Math.min(free.get(i), made[i]);
    }
    return taken;
  }

  /** How many dropped objects of a node its type keeps. */
  static long kept(Node node, List<Node> nodes) {
    return switch (node.value.kind()) {
      case "tuple" ->
          node.parts.size() > MOST_ITEMS || node.parts.isEmpty()
              ? 0
              : TUPLES
                  / nodes.stream()
                      .filter(n -> n.kind("tuple") && n.parts.size() == node.parts.size())
                      .count();
      case "list", "dict" -> CONTAINERS;
      case "object" -> node.third.isEmpty() ? 0 : CONTAINERS; // its dict
      case "float" -> FLOATS;
      default -> 0;
    };
  }

  private static void keep(
      HeldPopulation held, Node node, long kept, List<Node> nodes, CPythonHeap heap) {
    long left = kept;
    for (long index = held.length - 1; index >= 0 && left > 0; index--) {
      long element = held.element(index);
      if (node.isOf(node.indices.firstAtLeast(element, node.count), element)) {
        left--;
        for (Node beside : nodes) {
          // of another choice, the next element's
          Column blocks = beside.kind("object") ? beside.third : beside.object;
          long block = blocks.address(beside.indices.firstAtLeast(element, beside.count));
          if (block >= 0) {
            heap.pin(block);
          }
        }
      }
    }
  }
}
