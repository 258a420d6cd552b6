package io.forkscope.models.php;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Population;
import io.forkscope.models.allocator.ZendMemory;
import java.util.ArrayList;
import java.util.List;

/** Builds arrays the way {@code $d[] = …} and {@code $d[key] = …} in a loop do. */
final class PhpBuilder {

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final PhpCollector collector;
  private final PhpObjectStore store;
  private final PhpRandom random;

  PhpBuilder(
      ProcessMemory memory,
      ZendMemory heap,
      PhpCollector collector,
      PhpObjectStore store,
      PhpRandom random) {
    this.memory = memory;
    this.heap = heap;
    this.collector = collector;
    this.store = store;
    this.random = random;
  }

  /**
   * Builds a population in a function and returns it.
   *
   * @param all the arrays of the process, for a collection that starts meanwhile
   */
  PhpPopulation build(Population plan, List<PhpPopulation> all) {
    PhpPopulation population = new PhpPopulation(plan);
    List<PhpPopulation> reachable = new ArrayList<>(all);
    reachable.add(population);
    fill(population, plan.count(), reachable);
    if (plan.keepEvery() > 1) {
      thin(population, reachable);
    }
    if (plan.shuffleSeed() >= 0 && !population.isKeyed) {
      shuffle(population, plan.shuffleSeed());
    }
    if (population.capacity > 0) {
      collector.bufferArray(population, reachable);
    }
    return population;
  }

  /** Fills an array in place, which so is no possible root. */
  PhpPopulation fill(Population plan) {
    PhpPopulation population = new PhpPopulation(plan);
    fill(population, plan.count(), List.of(population));
    return population;
  }

  private void fill(PhpPopulation population, long total, List<PhpPopulation> reachable) {
    // a constructor's $this goes: inner objects are made, and so buffered, with their outer one
    List<PhpRoots> made =
        population.value.layout == PhpNode.Layout.OBJECT
            ? List.of(population.elementRoots, population.innerRoots)
            : List.of(population.innerRoots);
    for (long at = 0; at < total; ) {
      int digits = PhpInts.digits(at);
      long end = Math.min(total, PhpInts.bound(digits));
      if (at <= population.capacity) {
        end = Math.min(end, population.capacity + 1);
      }
      if (!population.objects.isEmpty()) {
        end = Math.min(end, at + Math.max(1, store.room() / population.objects.size()));
      }
      allocate(population, digits, end - at);
      store.take(end - at, population.handles);
      collector.buffer(population, made, at, end, reachable);
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
  }

  /** shuffle($d) after mt_srand: PHP 8.2 ext/standard/array.c, php_array_data_shuffle. */
  private void shuffle(PhpPopulation population, long seed) {
    random.seed(seed);
    int[] order = new int[Math.toIntExact(population.count)];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int left = order.length - 1; left > 0; left--) {
      int other = (int) random.between(0, left);
      int moved = order[left];
      order[left] = order[other];
      order[other] = moved;
    }
    population.order = order;
  }

  private void allocate(PhpPopulation population, int digits, long count) {
    int[] sizes = new int[population.roles.length];
    for (int role = 0; role < sizes.length; role++) {
      sizes[role] = population.blocks.get(role).bytes(digits);
    }
    temporaries(population, digits);
    heap.allocateEach(sizes, count, population.roles);
    for (int role = 0; role < sizes.length; role++) {
      long made = population.roles[role].count();
      population.writeMade(role, made - count, made, digits, memory.sink(PhpCauses.ALLOCATION));
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

  /**
   * Copies every k-th element into a new array and drops the old one with the rest. The loop's
   * variable lets go of each element, and the old array of the kept ones: all become roots.
   */
  private void thin(PhpPopulation full, List<PhpPopulation> reachable) {
    boolean collectable = full.value.collectable();
    if (collectable) {
      collector.buffer(full, full.elementRoots, 0, full.count, reachable);
    }
    long kept = (full.count + full.keepEvery - 1) / full.keepEvery;
    long oldHeader = full.header;
    long oldTable = full.table;
    long oldBytes = full.tableBytes(full.capacity);
    full.capacity = 0;
    full.isMap = full.isKeyed; // integer keys with holes do not stay packed
    for (long held = 0; held < kept; ) {
      grow(full, held, PhpCauses.ALLOCATION);
      long filled = Math.min(kept, full.capacity);
      writeElements(full, held, filled);
      held = filled;
    }
    PhpRelease release = new PhpRelease(memory, heap, store);
    for (long slot = 0; slot < full.count; slot++) {
      if (slot % full.keepEvery != 0) {
        if (full.value.cyclic) {
          collector.leave(full, slot, reachable);
        } else {
          drop(full, slot, release);
        }
      } else if (collectable) {
        collector.buffer(full, full.elementRoots, slot, slot + 1, reachable);
      }
    }
    heap.free(oldTable, oldBytes);
    heap.free(oldHeader, PhpSizes.ARRAY_BYTES);
    full.thinned(kept);
  }

  private void drop(PhpPopulation full, long slot, PhpRelease release) {
    for (PhpRoots kind : full.allRoots()) {
      if (kind.in().contains(slot)) {
        kind.in().remove(slot);
        collector.giveBack(kind.each(), full.keepEvery);
      }
    }
    release.made(full, slot);
  }
}
