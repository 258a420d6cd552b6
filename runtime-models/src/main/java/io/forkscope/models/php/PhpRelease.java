package io.forkscope.models.php;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Frees elements as zval_ptr_dtor does: what is inside a value first, an array's table before its
 * header, an object's number before the object. Blocks that share a bin are freed element by
 * element, so that its free list has them in the real order; others by the run. Source: PHP 8.2
 * Zend/zend_variables.c, zend_hash.c (zend_array_destroy), zend_objects_API.c.
 */
final class PhpRelease {

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final PhpObjectStore store;

  PhpRelease(ProcessMemory memory, ZendMemory heap, PhpObjectStore store) {
    this.memory = memory;
    this.heap = heap;
    this.store = store;
  }

  /** Frees the array and everything it alone holds. */
  void array(PhpPopulation d) {
    if (d.isWhole()) {
      for (long from = 0; from < d.count; from = d.digitsEnd(from)) {
        range(d, from, Math.min(d.count, d.digitsEnd(from)));
      }
    } else {
      for (long position = 0; position < d.count; position++) {
        element(d, d.slot(position));
      }
    }
    if (d.references.count() > 0) {
      heap.freeEach(d.references, PhpSizes.REFERENCE_BYTES);
    }
    table(d);
  }

  /** Frees the array itself. */
  void table(PhpPopulation d) {
    if (d.capacity > 0) {
      memory.sink(PhpCauses.FREE).write(d.header, 8);
      heap.free(d.table, d.tableBytes(d.capacity));
      heap.free(d.header, PhpSizes.ARRAY_BYTES);
    }
    d.alive = false;
  }

  /** Frees one element, unless it is gone, and its key. */
  void element(PhpPopulation d, long slot) {
    if (!d.gone.contains(slot)) {
      value(d, d.value, slot, d.digits(slot));
      if (d.key != null) {
        value(d, d.key, slot, d.digits(slot));
      }
    }
  }

  /** Frees one element of an array none of whose elements were dropped yet. */
  void made(PhpPopulation d, long slot) {
    int digits = PhpInts.digits(slot);
    value(d, d.value, slot, digits);
    if (d.key != null) {
      value(d, d.key, slot, digits);
    }
  }

  /** Frees a value of one element whose number has so many digits. */
  void value(PhpPopulation d, PhpNode of, long slot, int digits) {
    boolean firstIsGone = d.firstGone.contains(slot);
    for (PhpNode node : of.freeOrder()) {
      if (firstIsGone && d.isInFirstPart(node)) {
        continue;
      }
      if (node.layout == PhpNode.Layout.OBJECT) {
        store.release(d.handles[d.objects.indexOf(node)].address(slot));
      }
      for (int role : node.freedRoles()) {
        block(d.roles[role].address(slot), d.blocks.get(role).bytes(digits));
      }
    }
  }

  private void block(long address, int bytes) {
    if (!ZendMemory.isSmall(bytes)) {
      memory.sink(PhpCauses.REFCOUNT).write(address, 4); // its count falls to nought
    }
    heap.free(address, bytes);
  }

  /** Frees the elements {@code [from, to)}, whose numbers have equally many digits. */
  private void range(PhpPopulation d, long from, long to) {
    int digits = d.digits(from);
    List<Integer> roles = freedRoles(d);
    List<Integer> together = new ArrayList<>();
    for (int role : roles) {
      int bytes = d.blocks.get(role).bytes(digits);
      boolean alone =
          ZendMemory.isSmall(bytes)
              && roles.stream()
                  .filter(other -> other != role)
                  .mapToInt(other -> d.blocks.get(other).bytes(digits))
                  .noneMatch(
                      other -> ZendMemory.isSmall(other) && ZendMemory.sameBin(bytes, other));
      if (alone) {
        BlockRuns part = new BlockRuns();
        d.roles[role].forEachRun(from, to, part::add);
        heap.freeEach(part, bytes);
      } else {
        together.add(role);
      }
    }
    for (long slot = from; slot < to && !together.isEmpty(); slot++) {
      for (int role : together) {
        block(d.roles[role].address(slot), d.blocks.get(role).bytes(digits));
      }
    }
    numbers(d, from, to);
  }

  /** Gives the object numbers of the elements {@code [from, to)} back. */
  void numbers(PhpPopulation d, long from, long to) {
    for (BlockRuns numbers : d.handles) {
      store.release(numbers, from, to);
    }
  }

  private static List<Integer> freedRoles(PhpPopulation d) {
    List<Integer> roles = new ArrayList<>();
    d.value.freeOrder().forEach(node -> roles.addAll(node.freedRoles()));
    if (d.key != null) {
      d.key.freeOrder().forEach(node -> roles.addAll(node.freedRoles()));
    }
    return roles;
  }
}
