package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.allocator.BlockRun;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects that one value of a population's shape stands for: object {@code j} of the node
 * belongs to element {@code indices.element(j)}. A node of shared objects (None, small ints,
 * literals) has no blocks.
 */
final class Node {

  private static final int REFCOUNT_BYTES = 8;

  final Value value;
  final IndexMap indices;
  final long count;
  final List<Node> parts = new ArrayList<>();

  /** The objects themselves. */
  final Column object = new Column();

  /**
   * Items of a list, keys of a dict, values of an instance, the code object of a function, the cell
   * of a closure.
   */
  final Column second = new Column();

  /**
   * The dict object of an instance, the name of a function, the tuple of a closure, the items of
   * the list that a cycle's first one holds.
   */
  final Column third = new Column();

  /** The items of a cycle's first list; three tuples of the code of each function. */
  final Column fourth = new Column();

  /** Whether references to one-character strings, which the interpreter has made, were taken. */
  private boolean letters;

  /** Bytes from the start of a block to {@code ob_refcnt}. */
  final int headerOffset;

  /** Bytes from the start of a block to {@code PyGC_Head}; -1 for types without one. */
  final int gcOffset;

  /** Whether the second column holds objects of their own, with what header offset; or -1. */
  final int secondHeaderOffset;

  final int thirdHeaderOffset;

  Node(Value value, IndexMap indices, long count, CPythonLayout layout) {
    this.value = value;
    this.indices = indices;
    this.count = count;
    int gc = layout.gcHeadBytes();
    int before =
        switch (value.kind()) {
          case "object" -> layout.preHeaderBytes();
          case "slots" ->
              layout.slotsPreHeaderBytes(Boolean.parseBoolean(value.attribute("weakref", "false")));
          default -> 0;
        };
    gcOffset = isContainer() ? before : -1;
    headerOffset = isContainer() ? before + gc : 0;
    boolean closure = kind("closure");
    secondHeaderOffset = kind("cycle") || closure ? gc : kind("function") ? 0 : -1;
    thirdHeaderOffset = kind("object") || closure ? gc : kind("function") ? 0 : -1;
  }

  boolean kind(String kind) {
    return value.kind().equals(kind);
  }

  boolean isSet() {
    return kind("set") || kind("frozenset");
  }

  /** Whether its type takes part in cyclic collection. */
  boolean isContainer() {
    return isContainer(value.kind()) && !PythonValues.isConstant(value);
  }

  static boolean isContainer(String kind) {
    return switch (kind) {
      case "tuple",
          "list",
          "set",
          "frozenset",
          "dict",
          "object",
          "slots",
          "function",
          "closure",
          "cycle" ->
          true;
      default -> false;
    };
  }

  /** Whether an object is there and belongs to an element. */
  boolean isOf(long object, long element) {
    return object < count && indices.element(object) == element;
  }

  /** Containers that each object is, with those that only it holds. */
  int containers() {
    if (kind("function")) {
      return 4; // and the names, variable names and constants of its code: tuples
    } else if (kind("closure")) {
      return 3; // and its cell and the tuple that holds it
    } else if (isContainer()) {
      return kind("cycle") || (kind("object") && !third.isEmpty()) ? 2 : 1;
    }
    return 0;
  }

  /** Whether there is one object for all elements. */
  boolean isShared() {
    return object.isEmpty() && !kind("choice");
  }

  /** How many objects so many elements of a population have, whose tree's top is given. */
  long objectsOf(long elements, Node root) {
    return count == root.count ? elements : count * elements / root.count;
  }

  /** Writes the reference count of the objects of elements {@code 0, every, …}. */
  void touch(WriteSink sink, long every) {
    if (kind("choice")) {
      parts.forEach(part -> part.touch(sink, every));
      return;
    }
    refer();
    for (BlockRun run : select(object, 0, Long.MAX_VALUE, every)) {
      run.write(sink, headerOffset, REFCOUNT_BYTES);
    }
  }

  /** The blocks of elements {@code from, from + every, …} below {@code to} in one column. */
  List<BlockRun> select(Column column, long from, long to, long every) {
    long end = indices.firstAtLeast(to, count);
    if (indices.period() == 1) {
      return column.select(from, end, every);
    }
    List<BlockRun> selected = new ArrayList<>();
    long round = every * indices.period();
    for (long element = from; element < Math.min(to, from + round); element += every) {
      long object = indices.firstAtLeast(element, count);
      if (isOf(object, element)) {
        long next = indices.firstAtLeast(element + round, count + round);
        selected.addAll(column.select(object, end, next - object));
      }
    }
    return selected;
  }

  /** The address of {@code ob_refcnt} of an element's object; -1 if it is a shared one. */
  long address(long element) {
    if (kind("choice")) {
      long every = Long.parseLong(value.attribute("every", "2"));
      return element % every == 0
          ? parts.get(0).address(element / every)
          : parts.get(1).address(element - element / every - 1);
    }
    long block = object.address(element);
    return block < 0 ? -1 : block + headerOffset;
  }

  /** Notes that a step takes a reference to an element's object. */
  void refer() {
    letters |= kind("char");
  }

  /** Whether steps have taken references to one-character strings since this was asked last. */
  boolean takeLetters() {
    boolean taken = letters;
    letters = false;
    for (Node part : parts) {
      taken |= part.takeLetters();
    }
    return taken;
  }

  /** The node and all below it, parts first. */
  void collect(List<Node> into) {
    parts.forEach(part -> part.collect(into));
    into.add(this);
  }
}
