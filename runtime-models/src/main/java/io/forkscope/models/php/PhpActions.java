package io.forkscope.models.php;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Step;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;
import java.util.List;

/** What each action of the vocabulary writes in one process. */
final class PhpActions {

  /** Pages of data, heap and stack that printing a warning writes. Measured: 6 to 8. */
  private static final int WARNING_PAGES = 7;

  private static final long PAGE = 4096;

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final PhpCollector collector;
  private final PhpObjectStore store;
  private final List<PhpPopulation> populations;
  private final PhpSamples samples;

  PhpActions(
      ProcessMemory memory,
      ZendMemory heap,
      PhpCollector collector,
      PhpObjectStore store,
      List<PhpPopulation> populations,
      long seed) {
    this.memory = memory;
    this.heap = heap;
    this.collector = collector;
    this.store = store;
    this.populations = populations;
    this.samples = new PhpSamples(seed);
  }

  /** Takes one step. */
  void take(Step step) {
    switch (step.verb()) {
      case "nothing", "count" -> {}
      case "collect" -> {
        interpreter(2);
        collector.collect(populations);
      }
      case "allocate" -> allocate(Long.parseLong(step.argument("count", "100000")));
      default -> {
        PhpPopulation target = target(step);
        if (target.alive && target.count > 0) {
          interpreter(1);
          onArray(step, target);
        }
      }
    }
  }

  private PhpPopulation target(Step step) {
    String name = step.target().orElse("data");
    for (PhpPopulation population : populations) {
      if (population.name.equals(name)) {
        return population;
      }
    }
    throw new IllegalArgumentException(
        Nearest.refusal(
            "population", name, populations.stream().map(population -> population.name).toList()));
  }

  private void onArray(Step step, PhpPopulation d) {
    switch (step.verb()) {
      case "iterate" -> readAll(d, true);
      case "iterate-keys" -> {
        d.touchKeys(refcounts(), 0, d.count);
        readAll(d, true);
      }
      case "iterate-reference" -> iterateByReference(d);
      case "index" -> index(d, step, true);
      case "length", "index-inner", "read-property", "hash-elements" -> {
        index(d, step, false);
        if (step.verb().equals("hash-elements") && !d.isMap) {
          hashStrings(d);
        }
      }
      case "sample" -> samples.run(step, d, refcounts());
      case "sum" -> {
        if (d.value.layout == PhpNode.Layout.STRING) {
          readAll(d, false);
        }
      }
      case "md5" -> readAll(d, true);
      case "contains", "assign" -> {}
      case "contains-key", "lookup" -> {
        if (step.verb().equals("lookup")) {
          lookUp(d);
        }
      }
      case "keys" -> copyKeys(d);
      case "values" -> copyValues(d);
      case "sort" -> copyWhole(d, false);
      case "separate" -> copyWhole(d, true);
      case "implode" -> implode(d);
      case "json" -> json(d);
      case "serialize" -> serialize(d);
      case "map-length" -> mapLengths(d);
      case "unset" -> {
        unset(d);
      }
      default ->
          throw new IllegalArgumentException(
              Nearest.refusal("action", step.verb(), PhpVocabulary.actionNames()));
    }
  }

  private WriteSink refcounts() {
    return memory.sink(PhpCauses.REFCOUNT);
  }

  /** Pages of the interpreter itself, on top of those of an empty action. */
  private void interpreter(int pages) {
    memory.sink(PhpCauses.INTERPRETER).writeRange(PhpStartup.DATA + 8 * PAGE, pages * PAGE);
  }

  /** Copies every element once; where it is dropped by a variable it may become a root. */
  private void readAll(PhpPopulation d, boolean byVariable) {
    d.touch(refcounts(), 0, d.count);
    if (byVariable && d.value.collectable()) {
      collector.bufferElements(d, 0, d.count, 1, populations);
    }
  }

  /** {@code for ($i…) $d[$i]}; on a map there are no such keys, only warnings. */
  private void index(PhpPopulation d, Step step, boolean byVariable) {
    if (d.isMap) {
      interpreter(WARNING_PAGES);
      return;
    }
    if (step.verb().equals("index-inner") && d.value.layout == PhpNode.Layout.OBJECT) {
      throw new IllegalArgumentException("index-inner of an object is an Error in PHP");
    }
    long stride = Long.parseLong(step.argument("stride", "1"));
    if (stride == 1) {
      readAll(d, byVariable);
    } else if (d.value.refcounted()) {
      samples.strided(d, stride, refcounts());
    }
    boolean warns =
        (step.verb().equals("index-inner") && d.value.layout == PhpNode.Layout.IMMEDIATE)
            || (step.verb().equals("read-property") && d.value.layout != PhpNode.Layout.OBJECT);
    if (warns) {
      interpreter(WARNING_PAGES);
    }
  }

  /** A list has no string keys: only warnings. */
  private void lookUp(PhpPopulation d) {
    if (d.isMap) {
      readAll(d, true);
    } else {
      interpreter(WARNING_PAGES);
    }
  }

  private void hashStrings(PhpPopulation d) {
    if (d.value.layout == PhpNode.Layout.STRING) {
      d.roles[d.value.header].write(memory.sink(PhpCauses.STRING_HASH), 16);
    }
  }

  /** Wraps every element in a zend_reference, once; the loop variable's drop offers inner roots. */
  private void iterateByReference(PhpPopulation d) {
    long element = d.isMap ? PhpSizes.BUCKET_BYTES : PhpSizes.ZVAL_BYTES;
    long first = d.isMap ? PhpSizes.hashSlotsBytes(d.capacity) : 8;
    if (d.references.count() == 0) {
      BlockRuns[] references = {new BlockRuns()};
      heap.allocateEach(new int[] {PhpSizes.REFERENCE_BYTES}, d.count, references);
      d.references = references[0];
      memory.sink(PhpCauses.MUTATION).writeRange(d.table + first, element * d.count);
    }
    d.references.write(refcounts(), PhpSizes.REFERENCE_BYTES);
    if (d.value.collectable()) {
      // gc_check_possible_root looks through the reference
      collector.bufferElements(d, 0, d.count, 1, populations);
    }
  }

  /** Cyclic garbage is not freed but buffered; collecting it writes the pages it lies on. */
  private void unset(PhpPopulation d) {
    if (d.value.cyclic) {
      d.touch(refcounts(), 0, d.count);
      offerRoots(d);
      store.release(2 * (d.count - d.buffered.size()));
      d.releaseTable(memory, heap);
    } else {
      store.release(d.count * d.value.objects());
      d.release(memory, heap);
    }
  }

  private void copyKeys(PhpPopulation d) {
    d.touchKeys(refcounts(), 0, d.count);
    transientBlock(PhpSizes.packedBytes(PhpSizes.capacity(d.count)), 8 + 16 * d.count);
  }

  /** array_values gives a list without holes back as it is. */
  private void copyValues(PhpPopulation d) {
    if (d.isMap) {
      d.touch(refcounts(), 0, d.count);
      transientBlock(PhpSizes.packedBytes(PhpSizes.capacity(d.count)), 8 + 16 * d.count);
      offerRoots(d);
    }
  }

  /** zend_array_dup, then the copy's destruction; {@code grows} appends one element first. */
  private void copyWhole(PhpPopulation d, boolean grows) {
    long bytes = d.tableBytes(d.capacity);
    long header = heap.allocate(PhpSizes.ARRAY_BYTES);
    long table = heap.allocate(bytes);
    WriteSink sink = memory.sink(PhpCauses.ALLOCATION);
    sink.write(header, PhpSizes.ARRAY_BYTES);
    sink.writeRange(table, d.usedTableBytes(d.capacity, d.count));
    d.touchKeys(refcounts(), 0, d.count);
    d.touch(refcounts(), 0, d.count);
    if (grows && d.count == d.capacity) {
      long grown = d.tableBytes(2 * d.capacity);
      table =
          heap.reallocate(
              table, bytes, grown, d.usedTableBytes(d.capacity, d.count), PhpCauses.ALLOCATION);
      bytes = grown;
    }
    offerRoots(d);
    heap.free(table, bytes);
    heap.free(header, PhpSizes.ARRAY_BYTES);
  }

  private void offerRoots(PhpPopulation d) {
    if (d.value.collectable()) {
      collector.bufferElements(d, 0, d.count, 1, populations);
    }
  }

  /** php_implode keeps a pointer and a length of each element, and strings made of floats. */
  private void implode(PhpPopulation d) {
    long pieces = 16 * d.count;
    long table = heap.allocate(pieces);
    memory.sink(PhpCauses.ALLOCATION).writeRange(table, pieces);
    BlockRuns[] texts = {new BlockRuns()};
    int textBytes = PhpSizes.stringBytes(PhpInts.digits(d.count) + 2);
    if (d.value.value.kind().equals("float")) {
      heap.allocateEach(new int[] {textBytes}, d.count, texts);
      texts[0].write(memory.sink(PhpCauses.ALLOCATION), textBytes);
    }
    long joined = 24 + PhpTexts.total(d, PhpTexts::joined);
    transientBlock(joined, joined);
    if (texts[0].count() > 0) {
      heap.freeEach(texts[0], textBytes);
    }
    heap.free(table, pieces);
    if (d.value.collectable() || d.value.value.kind().equals("constant-array")) {
      interpreter(WARNING_PAGES);
    }
  }

  private void json(PhpPopulation d) {
    if (d.value.cyclic) {
      interpreter(3);
      return;
    }
    d.touchContainers(memory.sink(PhpCauses.RECURSION_GUARD), true);
    interpreter(3);
    growText(PhpTexts.total(d, PhpText::json));
  }

  private void serialize(PhpPopulation d) {
    d.touchContainers(memory.sink(PhpCauses.RECURSION_GUARD), d.value.cyclic);
    interpreter(5);
    if (d.value.cyclic) {
      objectTable(2 * d.count);
    }
    growText(PhpTexts.total(d, PhpText::serialized));
    if (d.value.cyclic) {
      offerRoots(d);
    }
  }

  /** php_add_var_hash enters each object whose count is above one in a growing hash. */
  private void objectTable(long objects) {
    long slots = PhpSizes.capacity(1);
    long table = heap.allocate(PhpSizes.hashBytes(slots));
    while (slots < objects) {
      long grown = heap.allocate(PhpSizes.hashBytes(2 * slots));
      memory.sink(PhpCauses.ALLOCATION).writeRange(grown, 2 * slots * PhpSizes.BUCKET_BYTES);
      heap.free(table, PhpSizes.hashBytes(slots));
      table = grown;
      slots *= 2;
    }
    heap.free(table, PhpSizes.hashBytes(slots));
  }

  private void mapLengths(PhpPopulation d) {
    if (!d.value.refcounted() || d.value.layout == PhpNode.Layout.STRING) {
      readAll(d, false);
      d.touchKeys(refcounts(), 0, d.count);
      long slots = PhpSizes.capacity(d.count);
      transientBlock(d.tableBytes(slots), d.usedTableBytes(slots, d.count));
    } else {
      throw new IllegalArgumentException("strlen of an array or object is a TypeError in PHP");
    }
  }

  /** Strings "x0", "x1", … kept in a global array. */
  private void allocate(long count) {
    PhpKept.strings(memory, heap, collector, store, count);
  }

  /** A smart_str: grows by pages, in place while it can, and is dropped at the end. */
  private void growText(long bytes) {
    long held = PAGE;
    long at = heap.allocate(held);
    memory.sink(PhpCauses.ALLOCATION).write(at, (int) PAGE);
    while (held < bytes) {
      long next = held < ZEND_LARGEST ? held + PAGE : (bytes + PAGE - 1) / PAGE * PAGE;
      at = heap.reallocate(at, held, next, held, PhpCauses.ALLOCATION);
      memory.sink(PhpCauses.ALLOCATION).writeRange(at + held, next - held);
      held = next;
    }
    heap.free(at, held);
  }

  /** The largest block that grows page by page inside a chunk. */
  private static final long ZEND_LARGEST = (2L << 20) - PAGE;

  private void transientBlock(long bytes, long written) {
    long at = heap.allocate(bytes);
    memory.sink(PhpCauses.ALLOCATION).writeRange(at, Math.min(bytes, written));
    heap.free(at, bytes);
  }
}
