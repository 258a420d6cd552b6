package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Population;
import io.forkscope.models.allocator.BlockRun;
import io.forkscope.models.allocator.GlibcMalloc;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A population as it stands in a process: its objects, its holder's table, and its order. */
final class HeldPopulation {

  private static final int REFCOUNT_BYTES = 8;

  final Population population;
  final Node root;

  /** Index {@code i} of the holder has element {@code i * step}, before shuffling. */
  final int step;

  final long length;

  /** Items that the holder still has, when some were deleted. */
  final long left;

  final GlibcMalloc.Block table;
  private final CPythonVersion version;
  private int @Nullable [] order;

  /** Whether a variable of the program names the last element, which is not dropped with others. */
  boolean lastIsNamed;

  HeldPopulation(
      Population population,
      Node root,
      int step,
      long length,
      long left,
      GlibcMalloc.Block table,
      CPythonVersion version) {
    this.population = population;
    this.root = root;
    this.step = step;
    this.length = length;
    this.left = left;
    this.table = table;
    this.version = version;
  }

  /** Whether all items were deleted. */
  boolean isDeleted() {
    return left == 0 && population.count() > 0;
  }

  /** Bytes that an element takes in the holder's table, or an entry's part of it. */
  int elementBytes() {
    return switch (population.holder()) {
      case "bytes", "bytearray", "mmap" -> 1;
      default -> 8;
    };
  }

  /** The same with its holder's table elsewhere. */
  HeldPopulation withTable(GlibcMalloc.Block moved) {
    return new HeldPopulation(population, root, step, length, left, moved, version);
  }

  boolean isShuffled() {
    return population.shuffleSeed() >= 0;
  }

  /** The element at an index of the holder. */
  long element(long index) {
    if (!isShuffled()) {
      return index * step;
    }
    int[] shuffled = order;
    if (shuffled == null) {
      shuffled = permutation(length);
      order = shuffled;
    }
    return (long) shuffled[Math.toIntExact(index)] * step;
  }

  /** The elements of the list that the holder is a slice of, by its indices. */
  LongUnaryOperator elementsBuilt() {
    if (!isShuffled()) {
      return index -> index;
    }
    int[] shuffled = permutation(population.count());
    return index -> shuffled[Math.toIntExact(index)];
  }

  private int[] permutation(long elements) {
    return new PythonRandom(population.shuffleSeed(), version)
        .permutation(Math.toIntExact(elements));
  }

  /** Writes the reference count of every object of a node that is still held. */
  void touch(Node node, WriteSink sink) {
    node.touch(sink, step);
  }

  /** Writes {@code bytes} at an offset of every block of a node's column that is still held. */
  void write(Node node, Column column, WriteSink sink, int offset, int bytes) {
    writeFrom(0, node, column, sink, offset, bytes);
  }

  /** As {@link #write}, for the blocks of elements from {@code element} on. */
  void writeFrom(long element, Node node, Column column, WriteSink sink, int offset, int bytes) {
    writeBetween(element, Long.MAX_VALUE, node, column, sink, offset, bytes);
  }

  /** As {@link #writeFrom}, for the blocks of elements before {@code end}. */
  void writeBetween(
      long element, long end, Node node, Column column, WriteSink sink, int offset, int bytes) {
    for (BlockRun run : node.select(column, (element + step - 1) / step * step, end, step)) {
      run.write(sink, offset, bytes);
    }
  }

  /** Writes the reference counts of every {@code stride}-th index. */
  void touchEvery(WriteSink sink, long stride) {
    if (!isShuffled()) {
      root.touch(sink, stride * step);
      return;
    }
    if (stride == 1) {
      touch(root, sink);
      return;
    }
    for (long index = 0; index < length; index += stride) {
      touchAt(sink, index);
    }
  }

  /** Writes the reference count of an element's object of a node. */
  void touchElement(Node node, WriteSink sink, long element) {
    node.refer();
    long address = node.address(element);
    if (address >= 0) {
      sink.write(address, REFCOUNT_BYTES);
    }
  }

  /** Writes the reference count of the object at an index. */
  void touchAt(WriteSink sink, long index) {
    touchElement(root, sink, element(index));
  }
}
