package io.forkscope.core.memory;

/** An inner node of a page table. */
final class Table extends Node {
  final Node[] children;

  Table(int width) {
    children = new Node[width];
  }

  private Table(Table shared) {
    children = shared.children.clone();
    for (Node child : children) {
      if (child != null) {
        child.references++;
      }
    }
  }

  /** A copy that refers to the same children. */
  Table copy() {
    return new Table(this);
  }
}
