package io.forkscope.models.php;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Population;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;
import java.util.ArrayList;
import java.util.List;

/** Builds arrays the way {@code $d[] = …} and {@code $d[key] = …} in a loop do. */
final class PhpBuilder {

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final PhpCollector collector;
  private final PhpObjectStore store;

  PhpBuilder(ProcessMemory memory, ZendMemory heap, PhpCollector collector, PhpObjectStore store) {
    this.memory = memory;
    this.heap = heap;
    this.collector = collector;
    this.store = store;
  }

  /**
   * Builds a population in a function and returns it.
   *
   * @param all the arrays of the process, for a collection that starts meanwhile
   */
  PhpPopulation build(Population plan, List<PhpPopulation> all) {
    PhpPopulation population = new PhpPopulation(plan);
    int objects = population.value.objects();
    List<PhpPopulation> reachable = new ArrayList<>(all);
    reachable.add(population);
    long total = plan.count();
    for (long at = 0; at < total; ) {
      int digits = PhpInts.digits(at);
      long end = Math.min(total, PhpInts.bound(digits));
      if (at <= population.capacity) {
        end = Math.min(end, population.capacity + 1);
      }
      allocate(population, digits, end - at);
      store.take((end - at) * objects);
      if (objects > 0) {
        collector.bufferElements(population, at, end, objects, reachable);
      }
      if (end > population.capacity) {
        // the last element of the range finds the table full
        writeElements(population, at, end - 1);
        grow(population, end - 1, PhpCauses.ALLOCATION);
        writeElements(population, end - 1, end);
      } else {
        writeElements(population, at, end);
      }
      population.count = end;
      at = end;
    }
    if (plan.keepEvery() > 1) {
      thin(population);
    }
    if (population.capacity > 0) {
      collector.bufferArray(population);
    }
    return population;
  }

  private void allocate(PhpPopulation population, int digits, long count) {
    int[] sizes = new int[population.roles.length];
    for (int role = 0; role < sizes.length; role++) {
      sizes[role] = population.blocks.get(role).bytes(digits);
    }
    temporaries(population, digits);
    heap.allocateEach(sizes, count, population.roles);
    for (int role = 0; role < sizes.length; role++) {
      BlockRuns blocks = population.roles[role];
      blocks.write(
          memory.sink(PhpCauses.ALLOCATION),
          blocks.count() - count,
          blocks.count(),
          Math.min(sizes[role], 64));
    }
  }

  /** Blocks that live only while an element is made come back to the top of their free list. */
  private void temporaries(PhpPopulation population, int digits) {
    temporaries(population.value, digits);
    if (population.key != null) {
      temporaries(population.key, digits);
    }
  }

  private void temporaries(PhpNode node, int digits) {
    if (node.layout == PhpNode.Layout.STRING) {
      int bytes = PhpStrings.temporary(node.value, digits);
      if (bytes > 0) {
        heap.free(heap.allocate(bytes), bytes);
      }
    }
    node.parts.forEach(part -> temporaries(part, digits));
  }

  /** Makes room for one element more than {@code held}. */
  void grow(PhpPopulation population, long held, Cause cause) {
    long old = population.capacity;
    if (old == 0) {
      population.header = heap.allocate(PhpSizes.ARRAY_BYTES);
      memory.sink(cause).write(population.header, PhpSizes.ARRAY_BYTES);
      population.capacity = PhpSizes.capacity(1);
      population.table = heap.allocate(population.tableBytes(population.capacity));
      return;
    }
    population.capacity = PhpSizes.capacity(held + 1);
    long oldBytes = population.tableBytes(old);
    long newBytes = population.tableBytes(population.capacity);
    if (population.isMap) {
      // zend_hash_do_resize takes the new table before it frees the old one
      long table = heap.allocate(newBytes);
      memory.sink(cause).writeRange(table, population.usedTableBytes(population.capacity, held));
      heap.free(population.table, oldBytes);
      population.table = table;
    } else {
      population.table =
          heap.reallocate(
              population.table, oldBytes, newBytes, population.usedTableBytes(old, held), cause);
    }
  }

  private void writeElements(PhpPopulation population, long from, long to) {
    if (from >= to) {
      return;
    }
    long element = population.isMap ? PhpSizes.BUCKET_BYTES : PhpSizes.ZVAL_BYTES;
    long first = population.isMap ? PhpSizes.hashSlotsBytes(population.capacity) : 8;
    memory
        .sink(PhpCauses.ALLOCATION)
        .writeRange(population.table + first + element * from, element * (to - from));
  }

  /** Copies every k-th element into a new array and drops the old one with the rest. */
  private void thin(PhpPopulation full) {
    long kept = (full.count + full.keepEvery - 1) / full.keepEvery;
    long oldHeader = full.header;
    long oldTable = full.table;
    long oldBytes = full.tableBytes(full.capacity);
    full.capacity = 0;
    for (long held = 0; held < kept; held = full.capacity) {
      grow(full, held, PhpCauses.ALLOCATION);
    }
    memory
        .sink(PhpCauses.ALLOCATION)
        .writeRange(full.table, full.usedTableBytes(full.capacity, kept));
    for (int role = 0; role < full.roles.length; role++) {
      full.roles[role] = thinned(full, role);
    }
    heap.free(oldTable, oldBytes);
    heap.free(oldHeader, PhpSizes.ARRAY_BYTES);
    full.count = kept;
    full.buffered.clear();
  }

  private BlockRuns thinned(PhpPopulation full, int role) {
    BlockRuns kept = new BlockRuns();
    int every = full.keepEvery;
    long[] next = {0};
    full.roles[role].forEachRun(
        0,
        full.roles[role].count(),
        (first, stride, count) -> {
          long start = next[0];
          next[0] += count;
          int bytes = full.blocks.get(role).bytes(PhpInts.digits(start));
          for (int residue = 0; residue < every; residue++) {
            long skip = Math.floorMod(residue - start, every);
            long members = skip < count ? (count - skip - 1) / every + 1 : 0;
            BlockRuns part = new BlockRuns();
            part.add(first + skip * stride, stride * every, members);
            if (residue == 0) {
              kept.add(first + skip * stride, stride * every, members);
            } else {
              heap.freeEach(part, bytes);
            }
          }
        });
    return kept;
  }
}
