package io.forkscope.models.cpython;

import java.util.ArrayList;
import java.util.List;

/**
 * The free lists of types: of objects that are dropped the first ones stay allocated, and wait
 * there for the next object of their type. A list drops its last element first.
 *
 * <p>Source: PyTuple_MAXFREELIST and PyTuple_MAXSAVESIZE (by size), PyList_MAXFREELIST,
 * PyDict_MAXFREELIST (dicts, and keys of 8 slots), PyFloat_MAXFREELIST, PyUnicode_MAXFREELIST:
 * Objects of 3.6 to 3.10, Include/internal/pycore_*.h of 3.11 and 3.12, pycore_freelist.h of 3.13.
 * Floats of 2.7 lie in cells, which are never freed one by one.
 */
final class FreeLists {

  static final int TUPLES = 2000;
  static final int MOST_ITEMS = 19;
  static final int CONTAINERS = 80;
  private static final int FLOATS = 100;
  private static final int TEXTS = 1024;

  private FreeLists() {}

  /**
   * Keeps what is dropped first from going back, with the pools that it lies in and so their
   * arenas: those that pools were taken from when it was made. Scalars of 2.7 lie in no arena.
   */
  static void keepOf(HeldPopulation held, Birth birth, CPythonHeap heap) {
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    for (Node node : nodes) {
      if (heap.scalars(true).isCell() && node.kind("float")) {
        continue;
      }
      Pins pins = new Pins(birth, heap);
      for (Column blocks : waiting(node)) {
        keepOf(held, node, blocks, kept(node, nodes), pins);
      }
    }
  }

  /**
   * Blocks that wait for an object: of another type's its dict or tuple, of a dict its keys too.
   */
  static List<Column> waiting(Node node) {
    return switch (node.value.kind()) {
      case "object", "closure" -> List.of(node.third);
      case "dict" -> List.of(node.object, node.second);
      default -> List.of(node.object);
    };
  }

  private static void keepOf(HeldPopulation held, Node node, Column blocks, long most, Pins pins) {
    long left = most;
    long before = -1;
    for (long index = held.length - 1; index >= 0 && left > 0; index--) {
      long element = held.element(index);
      long object = node.indices.firstAtLeast(element, node.count);
      if (node.isOf(object, element)) {
        left--;
        long pool = pins.heap.poolOf(blocks.address(object));
        if (pool != before) {
          before = pool;
          pins.add(element);
        }
      }
    }
  }

  /** Keeps the last element from going back: a variable names it. */
  static void keepLast(HeldPopulation held, Birth birth, CPythonHeap heap) {
    long element = held.element(held.length - 1);
    List<Node> nodes = new ArrayList<>();
    held.root.collect(nodes);
    Pins pins = new Pins(birth, heap);
    for (Node node : nodes) {
      long object = node.indices.firstAtLeast(element, node.count);
      for (Column blocks : List.of(node.object, node.second, node.third, node.fourth)) {
        if (node.isOf(object, element) && blocks.address(object) >= 0) {
          pins.add(element);
        }
      }
    }
  }

  /** Pools that stay, each another than the one before it. */
  private static final class Pins {
    private final Birth birth;
    private final CPythonHeap heap;
    private long last = -1;

    Pins(Birth birth, CPythonHeap heap) {
      this.birth = birth;
      this.heap = heap;
    }

    /** Pins a pool of an element, or the one that was taken before it if it was pinned last. */
    void add(long element) {
      long block = birth.poolOf(element);
      if (block >= 0) {
        long pool = heap.poolOf(block);
        last = pool == last ? heap.poolOf(pool - 1) : pool;
        heap.pin(last);
      }
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

  /** Containers that are freed with so many elements: none that a free list or others keep. */
  static long freedContainers(Node root, long elements) {
    List<Node> nodes = new ArrayList<>();
    root.collect(nodes);
    long freed = 0;
    for (Node node : nodes) {
      if (!node.kind("cycle") && !node.kind("function")) {
        long objects = node.objectsOf(elements, root);
        long waiting = Math.min(objects, kept(node, nodes)); // one container of each
        freed += Math.max(0, node.containers() * objects - waiting);
      }
    }
    return freed;
  }

  /** How many dropped objects of a node its type keeps. */
  static long kept(Node node, List<Node> nodes) {
    return switch (node.value.kind()) {
      case "tuple", "closure" -> {
        int items = itemsOfTuple(node);
        yield items > MOST_ITEMS || items == 0
            ? 0
            : TUPLES / nodes.stream().filter(n -> itemsOfTuple(n) == items).count();
      }
      case "list", "dict" -> CONTAINERS;
      case "object" -> node.third.isEmpty() ? 0 : CONTAINERS; // its dict
      case "float" -> FLOATS;
      case "str" -> node.second.isEmpty() ? 0 : TEXTS; // unicode of 2.7, with its text
      default -> 0;
    };
  }

  /** The items of a tuple, and of that which holds the cell of a closure; otherwise 0. */
  static int itemsOfTuple(Node node) {
    return node.kind("tuple") || node.kind("closure") ? node.parts.size() : 0;
  }
}
