package io.forkscope.models.php;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What one value of a population is made of: the blocks it allocates, in the order PHP allocates
 * them, and the values it holds. Roles number the blocks of an element; a role has one block in
 * each element.
 */
final class PhpNode {

  /** How a value lies in memory. */
  enum Layout {
    /** In the zval alone: int, float, null, interned string, constant array. */
    IMMEDIATE,
    STRING,
    PACKED,
    HASH,
    OBJECT
  }

  final Layout layout;
  final Value value;
  final List<PhpNode> parts;

  /** The block with the refcount; -1 for an immediate. */
  final int header;

  /** The block with an array's elements; -1 if there is none. */
  final int data;

  /** Whether two objects hold each other. */
  final boolean cyclic;

  private PhpNode(
      Layout layout, Value value, List<PhpNode> parts, int header, int data, boolean cyclic) {
    this.layout = layout;
    this.value = value;
    this.parts = parts;
    this.header = header;
    this.data = data;
    this.cyclic = cyclic;
  }

  /** Reads a value; {@code sizes} gets the blocks of its roles. */
  static PhpNode of(Value value, List<Block> sizes) {
    return switch (value.kind()) {
      case "int", "float", "null", "literal", "constant-array" ->
          new PhpNode(Layout.IMMEDIATE, value, List.of(), -1, -1, false);
      case "string" ->
          new PhpNode(
              Layout.STRING, value, List.of(), add(sizes, PhpStrings.block(value)), -1, false);
      case "array" -> array(Layout.PACKED, value, sizes);
      case "hash" -> array(Layout.HASH, value, sizes);
      case "object" -> object(value, sizes);
      case "cycle" -> cycle(value, sizes);
      default ->
          throw new IllegalArgumentException(
              Nearest.refusal("kind of value", value.kind(), PhpVocabulary.kindNames()));
    };
  }

  private static PhpNode object(Value value, List<Block> sizes) {
    int header = add(sizes, digits -> PhpSizes.objectBytes(value.parts().size()));
    return new PhpNode(Layout.OBJECT, value, parts(value, sizes), header, -1, false);
  }

  private static PhpNode array(Layout layout, Value value, List<Block> sizes) {
    int count = value.parts().size();
    if (isConstant(value)) {
      // zend_try_ct_eval_array: one immutable array of the compiled program
      return new PhpNode(Layout.IMMEDIATE, value, List.of(), -1, -1, false);
    }
    int header = add(sizes, digits -> PhpSizes.ARRAY_BYTES);
    int data =
        add(
            sizes,
            digits ->
                Math.toIntExact(
                    layout == Layout.PACKED
                        ? PhpSizes.packedBytes(PhpSizes.capacity(count))
                        : PhpSizes.hashBytes(PhpSizes.capacity(count))));
    return new PhpNode(layout, value, parts(value, sizes), header, data, false);
  }

  /** Whether an array is made of constants alone, so that the compiler makes it, once. */
  static boolean isConstant(Value value) {
    return switch (value.kind()) {
      case "literal", "null" -> true;
      case "array", "hash" -> value.parts().stream().allMatch(PhpNode::isConstant);
      default -> false;
    };
  }

  private static PhpNode cycle(Value value, List<Block> sizes) {
    int first = add(sizes, digits -> PhpSizes.objectBytes(2));
    int second = add(sizes, digits -> PhpSizes.objectBytes(2));
    PhpNode other = new PhpNode(Layout.OBJECT, value, List.of(), second, -1, true);
    return new PhpNode(Layout.OBJECT, value, List.of(other), first, -1, true);
  }

  private static List<PhpNode> parts(Value value, List<Block> sizes) {
    List<PhpNode> nodes = new ArrayList<>();
    for (Value part : value.parts()) {
      nodes.add(of(part, sizes));
    }
    return List.copyOf(nodes);
  }

  private static int add(List<Block> sizes, Block block) {
    sizes.add(block);
    return sizes.size() - 1;
  }

  /** Whether the cycle collector takes it for a possible root. */
  boolean collectable() {
    return layout == Layout.PACKED || layout == Layout.HASH || layout == Layout.OBJECT;
  }

  boolean refcounted() {
    return layout != Layout.IMMEDIATE;
  }

  /** Itself and what is below it, as far as they are objects, in the order of making. */
  List<PhpNode> objects() {
    List<PhpNode> objects = new ArrayList<>();
    if (layout == Layout.OBJECT) {
      objects.add(this);
    }
    parts.forEach(part -> objects.addAll(part.objects()));
    return objects;
  }

  /** The place of a part among an object's properties, or an array's elements. */
  int property(int part) {
    return cyclic ? 1 : part; // $x comes before $y
  }

  boolean isArray() {
    return layout == Layout.PACKED || layout == Layout.HASH;
  }

  /** Its blocks in the order in which they are freed. */
  List<Integer> freedRoles() {
    return data < 0 ? List.of(header) : List.of(data, header);
  }

  /** The refcounted values of one element in the order in which they are freed. */
  List<PhpNode> freeOrder() {
    List<PhpNode> nodes = new ArrayList<>();
    parts.forEach(part -> nodes.addAll(part.freeOrder()));
    if (refcounted()) {
      nodes.add(this);
    }
    return nodes;
  }

  /** Bytes of a block, as a function of the decimal digits of the element's index. */
  @FunctionalInterface
  interface Block {
    int bytes(int digits);
  }
}
