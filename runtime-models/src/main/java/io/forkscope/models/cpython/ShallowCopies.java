package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;

/**
 * copy.copy of every element, dropped at once: atoms, functions and tuples return themselves,
 * containers and instances share what they hold. Source: Lib/copy.py; an instance gives its {@code
 * __dict__} as state.
 */
final class ShallowCopies {

  private final ProcessState state;

  ShallowCopies(ProcessState state) {
    this.state = state;
  }

  /** The module copy, and what it touches of its own for elements of their kinds. */
  void use(HeldPopulation held) {
    String again = "shallow-copy.warm";
    boolean warm = state.warm.contains("deepcopy");
    state.use("deepcopy", again);
    if (warm) {
      state.useOnKinds(again, held.root);
    }
  }

  /** Elements, and what their copies hold. */
  void touch(HeldPopulation held, Node node) {
    WriteSink references = state.references();
    held.touch(node, references);
    boolean itself = // _copy_immutable
        switch (node.value.kind()) {
          case "tuple", "frozenset", "function", "closure" -> true;
          default -> !node.isContainer();
        };
    if (!itself) {
      node.parts.forEach(part -> held.touch(part, references));
    }
    if (node.kind("cycle")) {
      held.write(node, node.second, references, node.secondHeaderOffset, Long.BYTES);
    }
  }
}
