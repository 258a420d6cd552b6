package io.forkscope.models.php;

import java.util.ArrayList;
import java.util.List;

/**
 * Which elements of an array are buffered as possible roots: themselves, or values inside them.
 *
 * @param in indices of the elements concerned
 * @param each roots that one element makes
 * @param nodes what is a root in such an element
 */
record PhpRoots(IndexSet in, int each, List<PhpNode> nodes) {

  PhpRoots(PhpRoots other) {
    this(new IndexSet(other.in), other.each, other.nodes);
  }

  /** The elements themselves. */
  static PhpRoots elements(PhpNode value) {
    return new PhpRoots(new IndexSet(), 1, List.of(value));
  }

  /**
   * What is buffered inside an element when it is made: objects, as their constructor's $this goes,
   * and arrays that a constructor got, as its parameter goes.
   */
  static PhpRoots inner(PhpNode value) {
    List<PhpNode> nodes = new ArrayList<>();
    collect(value, nodes);
    return new PhpRoots(new IndexSet(), nodes.size(), nodes);
  }

  private static void collect(PhpNode of, List<PhpNode> nodes) {
    boolean isObject = of.layout == PhpNode.Layout.OBJECT;
    for (PhpNode part : of.parts) {
      collect(part, nodes);
      if (part.layout == PhpNode.Layout.OBJECT || (isObject && part.isArray())) {
        nodes.add(part);
      }
    }
  }

  /** The first part of each element. */
  static PhpRoots firstParts(PhpNode value) {
    return new PhpRoots(new IndexSet(), 1, value.parts.stream().limit(1).toList());
  }
}
