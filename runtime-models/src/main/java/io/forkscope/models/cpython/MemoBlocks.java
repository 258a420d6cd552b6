package io.forkscope.models.cpython;

import io.forkscope.models.cpython.CPythonHeap.Domain;

/**
 * Blocks of objects that the memo of pickle or deepcopy keeps until the call ends: they fill holes
 * that a population has left in inherited pools.
 *
 * <p>They are left as they are when the call ends: what later steps would find free there, they
 * then take elsewhere.
 */
final class MemoBlocks {

  private final ProcessState state;

  MemoBlocks(ProcessState state) {
    this.state = state;
  }

  /** Of pickle.dumps; the sources are those of {@link ReferenceRules#pickleContainers}. */
  void pickle(Node node, int protocol, long elements) {
    node.parts.forEach(part -> pickle(part, protocol, elementsOf(node, part, elements)));
    boolean old = state.version == CPythonVersion.V2_7;
    if (old && (node.isContainer() || node.kind("str") || node.kind("bytes")) && !node.isShared()) {
      // Pickler.memoize: the id as the key, the number and the tuple that holds it and the object
      state.heap.allocate(Domain.INT_CELL, state.layout.intBytes(0), 2 * elements);
      tuple(2, elements);
      return;
    }
    switch (node.value.kind()) {
      case "bytes" -> {
        if (protocol < 3) {
          TextFormat format = TextFormat.of(node.value.attribute("format", "%d"));
          int repeat = Integer.parseInt(node.value.attribute("repeat", "1"));
          int characters = repeat * format.characters(Math.max(0, elements - 1));
          object(state.layout.strBytes(characters, 'a'), elements);
          tuple(2, elements);
        }
      }
      case "set", "frozenset" -> {
        if (protocol < 4) {
          object(state.layout.listBytes(), elements);
          state.heap.allocate(Domain.MEMORY, 8L * Math.max(1, node.parts.size()), elements);
          tuple(1, elements);
        }
      }
      case "slots" -> {
        object(state.layout.dictBytes(), elements);
        object(Math.toIntExact(state.layout.keysBytes(node.parts.size(), true)), elements);
        tuple(2, elements);
      }
      case "object" -> {
        if (!state.layout.instanceHasDictObject()) {
          object(state.layout.dictBytes(), elements); // it stays with the instance
        }
      }
      default -> {
        // The memo takes references to the object alone.
      }
    }
  }

  /** Of copy.deepcopy: the id of what was copied, by which the memo finds the copy. */
  void deepcopy(Node node, long elements) {
    node.parts.forEach(part -> deepcopy(part, elementsOf(node, part, elements)));
    boolean old = state.version == CPythonVersion.V2_7; // copies arguments as one tuple
    long ids =
        switch (node.value.kind()) {
          case "list", "dict" -> 1;
          case "tuple" -> node.parts.stream().anyMatch(MemoBlocks::isCopied) ? 1 : 0;
          case "cycle" -> 2; // and the inner list
          case "object", "set", "frozenset" -> old ? 3 : 2; // and the state; the elements' list
          case "slots" -> old ? 4 : 3; // and the state and its dict
          default -> 0;
        };
    state.heap.allocate(
        state.heap.scalars(false), state.layout.intBytes(AddressMap.ARENAS), ids * elements);
  }

  private static boolean isCopied(Node node) {
    return switch (node.value.kind()) {
      case "tuple", "choice" -> node.parts.stream().anyMatch(MemoBlocks::isCopied);
      case "function", "closure" -> false;
      default -> node.isContainer();
    };
  }

  /** Of so many objects of a node those that have the part. */
  static long elementsOf(Node node, Node part, long elements) {
    return node.kind("choice") ? elements * part.count / Math.max(1, node.count) : elements;
  }

  private void tuple(int items, long count) {
    object(state.layout.tupleBytes(items), count);
  }

  private void object(int bytes, long count) {
    state.heap.allocate(Domain.OBJECT, bytes, count);
  }
}
