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
  private final PhpBuilder builder;
  private final PhpRelease release;
  private final PhpTextActions texts;
  private final PhpWrites writes;
  private final PhpSamples samples;
  private final PhpKept kept;
  private final PhpIncludes includes;
  private final List<PhpPopulation> populations;

  PhpActions(
      ProcessMemory memory,
      ZendMemory heap,
      PhpCollector collector,
      PhpBuilder builder,
      PhpRelease release,
      PhpKept kept,
      PhpIncludes includes,
      PhpRandom random,
      List<PhpPopulation> populations) {
    this.memory = memory;
    this.heap = heap;
    this.collector = collector;
    this.builder = builder;
    this.release = release;
    this.kept = kept;
    this.includes = includes;
    this.populations = populations;
    texts = new PhpTextActions(memory, heap);
    writes = new PhpWrites(memory, builder, collector, release, populations);
    samples = new PhpSamples(random);
  }

  /** Takes one step. */
  void take(Step step) {
    switch (step.verb()) {
      case "nothing", "count" -> {}
      case "collect" -> {
        interpreter(2);
        collector.collect(populations);
      }
      case "include" -> includes.include(PhpStatements.entries(step));
      case "disable-collector" -> collector.disable();
      case "allocate" -> kept.renew(builder, release, number(step, "count", 100_000));
      case "allocate-free" -> allocateAndFree(number(step, "count", 100_000));
      default -> {
        PhpPopulation target = target(step);
        if (target.alive && target.held() > 0) {
          interpreter(1);
          onArray(step, target);
          if (target.alive && target.capacity > 0) {
            // as a function ends, the count of its reference $d falls: gc_check_possible_root
            collector.bufferArray(target, populations);
          }
        }
      }
    }
  }

  /** A variable that held an array goes. */
  void unset(PhpPopulation d) {
    writes.unset(d);
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
        d.touchKeys(refcounts());
        readAll(d, true);
      }
      case "generate" -> {
        interpreter(4); // the closure, the generator and its frame. Measured: 3 to 5
        readAll(d, true);
      }
      case "iterate-reference" -> iterateByReference(d);
      case "index", "length", "index-inner", "read-property", "hash-elements" -> index(d, step);
      case "sample" -> sample(d, step);
      case "sum" -> {
        if (d.value.layout == PhpNode.Layout.STRING) {
          readAll(d, false);
        }
      }
      case "md5" -> readAll(d, true);
      case "contains", "max" -> {}
      case "assign" -> collector.bufferArray(d, populations); // the copy's end lets go of the array
      case "contains-key" -> {}
      case "lookup" -> lookUp(d);
      case "keys" -> {
        d.touchKeys(refcounts());
        transientBlock(PhpSizes.packedBytes(PhpSizes.capacity(d.held())), 8 + 16 * d.held());
      }
      case "values" -> copyValues(d);
      case "slice" -> slice(d, step);
      case "copy-elements" -> copyElements(d);
      case "sort" -> {
        copyWhole(d, false);
        d.touchCompared(memory.sink(PhpCauses.RECURSION_GUARD));
      }
      case "separate" -> copyWhole(d, true);
      case "implode" -> implode(d);
      case "json" -> json(d);
      case "serialize" -> serialize(d);
      case "map-length" -> mapLengths(d);
      case "unset" -> unset(d);
      case "write-element", "write-inner", "write-property", "delete", "append" ->
          writes.take(step, d);
      default ->
          throw new IllegalArgumentException(
              Nearest.refusal("action", step.verb(), PhpVocabulary.actionNames()));
    }
  }

  static long number(Step step, String name, long otherwise) {
    return Long.parseLong(step.argument(name, Long.toString(otherwise)));
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
    d.touch(refcounts());
    if (byVariable) {
      collector.loop(d);
      offerRoots(d);
      collector.loop(null);
    }
  }

  /** Elements in the array's order become possible roots. */
  private void offerRoots(PhpPopulation d) {
    offerRoots(d, d.value, d.elementRoots, 1);
  }

  private void offerRoots(PhpPopulation d, PhpNode what, PhpRoots kind, long stride) {
    if (!what.collectable()) {
      return;
    }
    if (stride == 1 && d.isWhole()) {
      collector.buffer(d, kind, 0, d.count, populations);
      return;
    }
    for (long position = 0; position < d.count; position += stride) {
      long slot = d.slot(position);
      if (!d.gone.contains(slot)) {
        collector.buffer(d, kind, slot, slot + 1, populations);
      }
    }
  }

  /** {@code for ($i…) $d[$i]}; on a map there are no such keys, only warnings. */
  private void index(PhpPopulation d, Step step) {
    if (d.isMap) {
      interpreter(WARNING_PAGES);
      return;
    }
    long stride = number(step, "stride", 1);
    touch(d, d.value, refcounts(), stride);
    switch (step.verb()) {
      case "index" -> offerRoots(d, d.value, d.elementRoots, stride);
      case "hash-elements" -> {
        if (d.value.layout == PhpNode.Layout.STRING) {
          touch(d, d.value, memory.sink(PhpCauses.STRING_HASH), stride);
        }
      }
      case "index-inner" -> {
        if (d.value.isArray()) {
          readFirstPart(d, stride);
        }
      }
      case "read-property" -> {
        if (d.value.layout == PhpNode.Layout.OBJECT) {
          readFirstPart(d, stride);
        }
      }
      default -> {}
    }
    boolean warns =
        (step.verb().equals("index-inner") && d.value.layout == PhpNode.Layout.IMMEDIATE)
            || (step.verb().equals("index-inner") && d.value.layout == PhpNode.Layout.HASH)
            || (step.verb().equals("read-property") && d.value.layout != PhpNode.Layout.OBJECT);
    if (warns) {
      interpreter(WARNING_PAGES);
    }
  }

  /** {@code $x = } the first part: counted up, and down again when the next one comes. */
  private void readFirstPart(PhpPopulation d, long stride) {
    if (d.value.parts.isEmpty() || d.value.cyclic || d.value.layout == PhpNode.Layout.HASH) {
      return;
    }
    PhpNode part = d.value.parts.get(0);
    touch(d, part, refcounts(), stride);
    boolean isObject = part.layout == PhpNode.Layout.OBJECT;
    offerRoots(d, part, isObject ? d.innerRoots : d.firstRoots, stride);
  }

  private static void touch(PhpPopulation d, PhpNode node, WriteSink sink, long stride) {
    if (stride < 1) {
      throw new IllegalArgumentException("stride must be at least 1, not " + stride);
    }
    if (stride == 1) {
      d.touch(node, sink, 0, d.count, 16);
    } else {
      for (long position = 0; position < d.count; position += stride) {
        long slot = d.slot(position);
        d.touch(node, sink, slot, slot + 1, 16);
      }
    }
  }

  private void sample(PhpPopulation d, Step step) {
    if (d.isMap) {
      samples.forEach(step, d.count, position -> {});
      interpreter(WARNING_PAGES);
      return;
    }
    boolean collectable = d.value.collectable();
    samples.forEach(
        step,
        d.count,
        position -> {
          long slot = d.slot(position);
          d.touch(d.value, refcounts(), slot, slot + 1, 4);
          if (collectable && !d.gone.contains(slot)) {
            collector.buffer(d, d.elementRoots, slot, slot + 1, populations);
          }
        });
  }

  /** A list has no string keys: only warnings. Of a thinned-out map every k-th key is there. */
  private void lookUp(PhpPopulation d) {
    if (d.isKeyed && d.keepEvery == 1) {
      readAll(d, true);
      return;
    }
    if (d.isKeyed) {
      long found = (d.held() + d.keepEvery - 1) / d.keepEvery;
      d.touch(d.value, refcounts(), 0, found, 4);
      if (d.value.collectable()) {
        collector.buffer(d, d.elementRoots, 0, found, populations);
      }
    }
    interpreter(WARNING_PAGES);
  }

  /** Wraps every element in a zend_reference, once; the loop variable's drop offers inner roots. */
  private void iterateByReference(PhpPopulation d) {
    long element = d.isMap ? PhpSizes.BUCKET_BYTES : PhpSizes.ZVAL_BYTES;
    if (d.references.count() == 0) {
      BlockRuns[] references = {new BlockRuns()};
      heap.allocateEach(new int[] {PhpSizes.REFERENCE_BYTES}, d.count, references);
      d.references = references[0];
      memory.sink(PhpCauses.MUTATION).writeRange(d.element(0), element * d.count);
    }
    d.references.write(refcounts(), PhpSizes.REFERENCE_BYTES);
    offerRoots(d); // gc_check_possible_root looks through the reference
  }

  /** array_values gives a list without holes back as it is. */
  private void copyValues(PhpPopulation d) {
    if (d.isMap || d.held() < d.count) {
      d.touch(refcounts());
      transientBlock(PhpSizes.packedBytes(PhpSizes.capacity(d.held())), 8 + 16 * d.held());
      offerRoots(d);
    }
  }

  /** array_slice copies elements, which its result then drops. */
  private void slice(PhpPopulation d, Step step) {
    long from = Math.min(d.count, number(step, "from", 0));
    long to = Math.min(d.count, from + number(step, "count", 1000));
    for (long position = from; position < to; position++) {
      long slot = d.slot(position);
      d.touch(d.value, refcounts(), slot, slot + 1, 4);
      if (d.key != null) {
        d.touch(d.key, refcounts(), slot, slot + 1, 4);
      }
    }
    long slots = PhpSizes.capacity(to - from);
    long bytes = d.tableBytes(slots);
    long block = heap.allocate(bytes);
    memory.sink(PhpCauses.ALLOCATION).writeRange(block, d.usedTableBytes(slots, to - from));
    if (d.value.collectable()) {
      for (long position = from; position < to; position++) {
        long slot = d.slot(position);
        collector.buffer(d, d.elementRoots, slot, slot + 1, populations);
      }
    }
    heap.free(block, bytes);
  }

  /** {@code foreach ($d as $v) $e[] = $v}: a table that grows, and is dropped at the end. */
  private void copyElements(PhpPopulation d) {
    d.touch(refcounts());
    offerRoots(d);
    long slots = PhpSizes.capacity(1);
    long table = heap.allocate(PhpSizes.packedBytes(slots));
    for (; slots < d.held(); slots *= 2) {
      long used = PhpSizes.packedBytes(slots);
      memory.sink(PhpCauses.ALLOCATION).writeRange(table, used); // full before it grows
      table =
          heap.reallocate(table, used, PhpSizes.packedBytes(2 * slots), used, PhpCauses.ALLOCATION);
    }
    memory.sink(PhpCauses.ALLOCATION).writeRange(table, 8 + 16 * d.held());
    heap.free(table, PhpSizes.packedBytes(slots));
  }

  /** zend_array_dup, then the copy's destruction; {@code grows} appends one element first. */
  private void copyWhole(PhpPopulation d, boolean grows) {
    long bytes = d.tableBytes(d.capacity);
    long header = heap.allocate(PhpSizes.ARRAY_BYTES);
    long table = heap.allocate(bytes);
    WriteSink sink = memory.sink(PhpCauses.ALLOCATION);
    sink.write(header, PhpSizes.ARRAY_BYTES);
    sink.writeRange(table, d.usedTableBytes(d.capacity, d.count));
    d.touchKeys(refcounts());
    d.touch(refcounts());
    if (d.isMap && (!grows || d.count == d.capacity)) {
      // zend_hash_sort_ex makes a list of a map, and copies unused elements too: measured, all
      // 129 pages of a list of 32,768 for 18,633 elements; zend_hash_do_resize takes a larger table
      long next = grows ? d.tableBytes(2 * d.capacity) : PhpSizes.packedBytes(d.capacity);
      long moved = heap.allocate(next);
      sink.writeRange(moved, grows ? d.usedTableBytes(2 * d.capacity, d.count) : next);
      heap.free(table, bytes);
      table = moved;
      bytes = next;
    } else if (grows && d.count == d.capacity) {
      long grown = d.tableBytes(2 * d.capacity);
      table =
          heap.reallocate(
              table, bytes, grown, d.usedTableBytes(d.capacity, d.count), PhpCauses.ALLOCATION);
      bytes = grown;
    }
    collector.bufferArray(d, populations); // $d is let go of before its copy
    offerRoots(d);
    heap.free(table, bytes);
    heap.free(header, PhpSizes.ARRAY_BYTES);
  }

  private void implode(PhpPopulation d) {
    texts.implode(d);
    if (d.value.collectable() || d.value.value.kind().equals("constant-array")) {
      interpreter(WARNING_PAGES);
    }
  }

  private void json(PhpPopulation d) {
    interpreter(3);
    if (!d.value.cyclic) {
      d.touchContainers(memory.sink(PhpCauses.RECURSION_GUARD), true);
      texts.json(d);
    }
  }

  private void serialize(PhpPopulation d) {
    d.touchContainers(memory.sink(PhpCauses.RECURSION_GUARD), d.value.cyclic);
    interpreter(5);
    if (d.value.cyclic) {
      texts.objectTable(2 * d.count);
    }
    texts.serialize(d);
    if (d.value.cyclic) {
      offerRoots(d);
    }
  }

  private void mapLengths(PhpPopulation d) {
    readAll(d, false);
    d.touchKeys(refcounts());
    long slots = PhpSizes.capacity(d.count);
    transientBlock(d.tableBytes(slots), d.usedTableBytes(slots, d.count));
  }

  /**
   * {@code $s = "x$i"}: the new string is made before the old one goes, so two blocks take turns.
   */
  private void allocateAndFree(long count) {
    int bytes = PhpSizes.stringBytes(1 + PhpInts.digits(count));
    long first = heap.allocate(bytes);
    long second = heap.allocate(bytes);
    memory.sink(PhpCauses.ALLOCATION).write(first, bytes);
    memory.sink(PhpCauses.ALLOCATION).write(second, bytes);
    heap.free(first, bytes);
    heap.free(second, bytes);
  }

  private void transientBlock(long bytes, long written) {
    long at = heap.allocate(bytes);
    memory.sink(PhpCauses.ALLOCATION).writeRange(at, Math.min(bytes, written));
    heap.free(at, bytes);
  }
}
