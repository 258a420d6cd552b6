package io.forkscope.models.php;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Population;
import io.forkscope.core.scenario.Value;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One array of a process, with the blocks of its elements. */
final class PhpPopulation {

  final String name;
  final boolean isMap;
  final @Nullable PhpNode key;
  final PhpNode value;
  final List<PhpNode.Block> blocks;
  final BlockRuns[] roles;

  /** Elements held. */
  long count;

  /** Index step from one kept element to the next; 1 where none were freed. */
  final int keepEvery;

  /** The zend_array, its table and the table's capacity. */
  long header;

  long table;
  long capacity;

  /** References that a by-reference loop has put around the elements; empty if there are none. */
  BlockRuns references = new BlockRuns();

  /** Whether the array itself is buffered as a possible root. */
  boolean rooted;

  /** Elements that are buffered as possible roots. */
  final IndexRanges buffered;

  boolean alive = true;

  PhpPopulation(Population plan) {
    name = plan.name();
    isMap = plan.holder().equals("map");
    keepEvery = plan.keepEvery();
    blocks = new ArrayList<>();
    Value of = plan.of();
    if (isMap) {
      key = PhpNode.of(of.parts().get(0), blocks);
      value = PhpNode.of(of.parts().get(1), blocks);
    } else {
      key = null;
      value = PhpNode.of(of, blocks);
    }
    roles = new BlockRuns[blocks.size()];
    for (int i = 0; i < roles.length; i++) {
      roles[i] = new BlockRuns();
    }
    buffered = new IndexRanges();
  }

  PhpPopulation(PhpPopulation other) {
    name = other.name;
    isMap = other.isMap;
    key = other.key;
    value = other.value;
    blocks = other.blocks;
    roles = other.roles;
    count = other.count;
    keepEvery = other.keepEvery;
    header = other.header;
    table = other.table;
    capacity = other.capacity;
    references = other.references;
    rooted = other.rooted;
    buffered = new IndexRanges(other.buffered);
    alive = other.alive;
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

  /** Writes the refcounts of the elements {@code [from, to)} themselves. */
  void touch(WriteSink sink, long from, long to) {
    if (value.refcounted()) {
      roles[value.header].write(sink, from, to, 4);
    }
  }

  /** Writes the refcounts of the keys {@code [from, to)}. */
  void touchKeys(WriteSink sink, long from, long to) {
    if (key != null && key.refcounted()) {
      roles[key.header].write(sink, from, to, 4);
    }
  }

  /** Writes the header of everything refcounted that the elements {@code [from, to)} reach. */
  void touchAll(WriteSink sink, long from, long to) {
    touchAll(value, sink, from, to);
    if (references.count() > 0) {
      references.write(sink, from, Math.min(to, references.count()), 8);
    }
  }

  private void touchAll(PhpNode node, WriteSink sink, long from, long to) {
    if (node.refcounted()) {
      roles[node.header].write(sink, from, to, 8);
    }
    for (PhpNode part : node.parts) {
      touchAll(part, sink, from, to);
    }
  }

  /** Writes the headers of the arrays and, if asked, objects among the elements and their parts. */
  void touchContainers(WriteSink sink, boolean objects) {
    touchContainers(value, sink, objects);
  }

  private void touchContainers(PhpNode node, WriteSink sink, boolean objects) {
    boolean container =
        node.layout == PhpNode.Layout.PACKED
            || node.layout == PhpNode.Layout.HASH
            || (objects && node.layout == PhpNode.Layout.OBJECT);
    if (container) {
      roles[node.header].write(sink, 4);
    }
    for (PhpNode part : node.parts) {
      touchContainers(part, sink, objects);
    }
  }

  /** Frees the array and everything it alone holds. */
  void release(ProcessMemory memory, ZendMemory heap) {
    for (int role = 0; role < roles.length; role++) {
      freeRole(heap, role);
    }
    if (references.count() > 0) {
      heap.freeEach(references, PhpSizes.REFERENCE_BYTES);
    }
    releaseTable(memory, heap);
  }

  /** Frees the array itself. */
  void releaseTable(ProcessMemory memory, ZendMemory heap) {
    memory.sink(PhpCauses.FREE).write(header, 8);
    if (capacity > 0) {
      heap.free(table, tableBytes(capacity));
      heap.free(header, PhpSizes.ARRAY_BYTES);
    }
    alive = false;
  }

  /** Blocks of one role are freed by the size they have in their range of indices. */
  private void freeRole(ZendMemory heap, int role) {
    long total = roles[role].count();
    for (long from = 0; from < total; ) {
      int digits = PhpInts.digits(from * keepEvery);
      long to = Math.min(total, (PhpInts.bound(digits) + keepEvery - 1) / keepEvery);
      BlockRuns part = new BlockRuns();
      roles[role].forEachRun(from, to, part::add);
      heap.freeEach(part, blocks.get(role).bytes(digits));
      from = to;
    }
  }
}
