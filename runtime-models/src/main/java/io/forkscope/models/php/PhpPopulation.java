package io.forkscope.models.php;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One array of a process, with the blocks of its elements. An element is named by its
 * <em>slot</em>, its rank in the order of making; after a shuffle, positions in the array are
 * others.
 */
final class PhpPopulation {

  final String name;

  /** Whether the table is a hash. Keys that are plain numbers in turn make a list. */
  boolean isMap;

  /** Whether elements are looked up by the key that the program gave them. */
  final boolean isKeyed;

  final @Nullable PhpNode key;
  final PhpNode value;
  final List<PhpNode.Block> blocks;

  /** The blocks of each role, by slot. */
  final BlockRuns[] roles;

  /** An element's objects, and the numbers of each in the object store, by slot. */
  final List<PhpNode> objects;

  final BlockRuns[] handles;

  /** Elements held when it was made. */
  long count;

  /** Index step from one kept element to the next; 1 where none were freed. */
  final int keepEvery;

  /** The slot at each position; null as long as they are the same. */
  int @Nullable [] order;

  /** Slots whose elements the program has dropped or overwritten. */
  final IndexSet gone;

  /** Slots whose first part has been overwritten. */
  final IndexSet firstGone;

  /** Numbers that were appended later. */
  long appended;

  /** The zend_array, its table and the table's capacity. */
  long header;

  long table;
  long capacity;

  /** References that a by-reference loop has put around the elements; empty if there are none. */
  BlockRuns references = new BlockRuns();

  /** Whether the array itself is buffered as a possible root. */
  boolean rooted;

  /** What is buffered: the elements, the objects inside them, their first parts. */
  final PhpRoots elementRoots;

  final PhpRoots innerRoots;
  final PhpRoots firstRoots;

  boolean alive = true;

  PhpPopulation(Population plan) {
    name = plan.name();
    isKeyed = plan.holder().equals("map");
    keepEvery = plan.keepEvery();
    blocks = new ArrayList<>();
    Value of = plan.of();
    isMap = isKeyed && !PhpStrings.isNumber(of.parts().get(0));
    if (isMap) {
      key = PhpNode.of(of.parts().get(0), blocks);
      value = PhpNode.of(of.parts().get(1), blocks);
    } else if (isKeyed) {
      key = null; // zend_symtable_update makes an integer of it
      value = PhpNode.of(of.parts().get(1), blocks);
    } else {
      key = null;
      value = PhpNode.of(of, blocks);
    }
    roles = lists(blocks.size());
    objects = value.objects();
    handles = lists(objects.size());
    gone = new IndexSet();
    firstGone = new IndexSet();
    elementRoots = PhpRoots.elements(value);
    innerRoots = PhpRoots.inner(value);
    firstRoots = PhpRoots.firstParts(value);
  }

  PhpPopulation(PhpPopulation other) {
    name = other.name;
    isMap = other.isMap;
    isKeyed = other.isKeyed;
    key = other.key;
    value = other.value;
    blocks = other.blocks;
    roles = other.roles.clone();
    objects = other.objects;
    handles = other.handles.clone();
    count = other.count;
    keepEvery = other.keepEvery;
    order = other.order;
    gone = new IndexSet(other.gone);
    firstGone = new IndexSet(other.firstGone);
    appended = other.appended;
    header = other.header;
    table = other.table;
    capacity = other.capacity;
    references = other.references;
    rooted = other.rooted;
    elementRoots = new PhpRoots(other.elementRoots);
    innerRoots = new PhpRoots(other.innerRoots);
    firstRoots = new PhpRoots(other.firstRoots);
    alive = other.alive;
  }

  private static BlockRuns[] lists(int count) {
    BlockRuns[] lists = new BlockRuns[count];
    for (int i = 0; i < count; i++) {
      lists[i] = new BlockRuns();
    }
    return lists;
  }

  List<PhpRoots> allRoots() {
    return List.of(elementRoots, innerRoots, firstRoots);
  }

  /** The slot of the element at a position. */
  long slot(long position) {
    return order == null ? position : order[Math.toIntExact(position)];
  }

  /** The first position that was never used. */
  long end() {
    return count + appended;
  }

  /** Whether the elements lie in the order in which they were made, and all are there. */
  boolean isWhole() {
    return order == null && gone.isEmpty() && firstGone.isEmpty();
  }

  /** Decimal digits of the number from which an element was made. */
  int digits(long slot) {
    return PhpInts.digits(slot * keepEvery);
  }

  /** The first slot whose number has more digits than that of {@code slot}. */
  long digitsEnd(long slot) {
    return (PhpInts.bound(digits(slot)) + keepEvery - 1) / keepEvery;
  }

  /** Sum over the elements that are there of a size that depends on the digits of their number. */
  long total(IntUnaryOperator bytes) {
    long[] sum = {0};
    for (long from = 0; from < count; from = digitsEnd(from)) {
      int each = bytes.applyAsInt(digits(from));
      gone.forEachAbsent(
          from, Math.min(count, digitsEnd(from)), (a, b) -> sum[0] += each * (b - a));
    }
    return sum[0];
  }

  /** Writes blocks of a role, whose numbers have equally many digits, as making them does. */
  void writeMade(int role, long from, long to, int digits, WriteSink sink) {
    int bytes = blocks.get(role).bytes(digits);
    roles[role].write(sink, from, to, ZendMemory.isSmall(bytes) ? Math.min(bytes, 64) : bytes);
  }

  /** Keeps every {@link #keepEvery}-th of the elements made, {@code kept} of them. */
  void thinned(long kept) {
    for (BlockRuns[] lists : List.of(roles, handles)) {
      for (int i = 0; i < lists.length; i++) {
        lists[i] = every(lists[i]);
      }
    }
    allRoots().forEach(kind -> kind.in().thin(keepEvery));
    count = kept;
  }

  private BlockRuns every(BlockRuns all) {
    BlockRuns kept = new BlockRuns();
    long[] next = {0};
    all.forEachRun(
        0,
        all.count(),
        (first, stride, runs) -> {
          long skip = Math.floorMod(-next[0], keepEvery);
          next[0] += runs;
          if (skip < runs) {
            kept.add(first + skip * stride, stride * keepEvery, (runs - skip - 1) / keepEvery + 1);
          }
        });
    return kept;
  }

  /** Elements that are there. */
  long held() {
    return count - gone.size();
  }

  /** Bytes of a table of this array's kind. */
  long tableBytes(long slots) {
    return isMap ? PhpSizes.hashBytes(slots) : PhpSizes.packedBytes(slots);
  }

  /** Bytes of the table that are written while {@code elements} are held. */
  long usedTableBytes(long slots, long elements) {
    return isMap
        ? PhpSizes.hashSlotsBytes(slots) + PhpSizes.BUCKET_BYTES * elements
        : 8 + PhpSizes.ZVAL_BYTES * elements;
  }

  /** Where the zval or bucket at a position lies. */
  long element(long position) {
    return isMap
        ? table + PhpSizes.hashSlotsBytes(capacity) + PhpSizes.BUCKET_BYTES * position
        : table + 8 + PhpSizes.ZVAL_BYTES * position;
  }

  /** Writes the refcounts of all elements themselves. */
  void touch(WriteSink sink) {
    touch(value, sink, 0, count, 4);
  }

  /** Writes the refcounts of all keys. */
  void touchKeys(WriteSink sink) {
    if (key != null) {
      touch(key, sink, 0, count, 4);
    }
  }

  /** Writes the first {@code bytes} of a node's header in the elements {@code [from, to)}. */
  void touch(PhpNode node, WriteSink sink, long from, long to, int bytes) {
    if (!node.refcounted()) {
      return;
    }
    BlockRuns headers = roles[node.header];
    if (firstGone.isEmpty() || !isInFirstPart(node)) {
      gone.forEachAbsent(from, to, (a, b) -> headers.write(sink, a, b, bytes));
    } else {
      gone.forEachAbsent(
          from,
          to,
          (a, b) -> firstGone.forEachAbsent(a, b, (c, d) -> headers.write(sink, c, d, bytes)));
    }
  }

  /** Whether a node is, or lies in, the first part of the elements. */
  boolean isInFirstPart(PhpNode node) {
    return !value.parts.isEmpty() && value.parts.get(0).freeOrder().contains(node);
  }

  /** Writes the header of everything refcounted that the elements {@code [from, to)} reach. */
  void touchAll(WriteSink sink, long from, long to) {
    touchAll(value, sink, from, to);
    if (references.count() > 0) {
      references.write(sink, from, Math.min(to, references.count()), 8);
    }
  }

  /** Writes the header of everything refcounted that a node reaches. */
  void touchAll(PhpNode node, WriteSink sink, long from, long to) {
    touch(node, sink, from, to, 8);
    for (PhpNode part : node.parts) {
      touchAll(part, sink, from, to);
    }
  }

  /** Writes the headers of the arrays and, if asked, objects among the elements and their parts. */
  void touchContainers(WriteSink sink, boolean objects) {
    touchContainers(value, sink, objects);
  }

  private void touchContainers(PhpNode node, WriteSink sink, boolean objects) {
    if (node.isArray() || (objects && node.layout == PhpNode.Layout.OBJECT)) {
      touch(node, sink, 0, count, 4);
    }
    for (PhpNode part : node.parts) {
      touchContainers(part, sink, objects);
    }
  }

  /**
   * Writes the headers of what is protected from recursion while elements are compared: arrays and
   * objects, each element's up to the first part in which elements differ. Source: PHP 8.2
   * Zend/zend_object_handlers.c, zend_std_compare_objects; Zend/zend_hash.c, zend_hash_compare.
   */
  void touchCompared(WriteSink sink) {
    touchCompared(value, sink);
  }

  /** Says whether elements are alike in it. */
  private boolean touchCompared(PhpNode node, WriteSink sink) {
    if (node.isArray() || node.layout == PhpNode.Layout.OBJECT) {
      touch(node, sink, 0, count, 4);
      return node.parts.stream().allMatch(part -> touchCompared(part, sink));
    }
    return node.layout == PhpNode.Layout.IMMEDIATE
        && !List.of("int", "float").contains(node.value.kind());
  }
}
