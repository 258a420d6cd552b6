package io.forkscope.models.php;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.ZendMemory;

/**
 * The table of all objects, 8 bytes each, doubled when it is full: PHP 8.2 Zend/zend_objects_API.c.
 */
final class PhpObjectStore {

  /** zend_objects_store_init(…, 1024): PHP 8.2 Zend/zend_execute_API.c. */
  private static final long FIRST_CAPACITY = 1024;

  private static final int SLOT_BYTES = 8;

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private long capacity;
  private long used;
  private long table;

  PhpObjectStore(ProcessMemory memory, ZendMemory heap, long table) {
    this.memory = memory;
    this.heap = heap;
    this.table = table;
    this.capacity = FIRST_CAPACITY;
    this.used = 1;
  }

  PhpObjectStore(PhpObjectStore other, ProcessMemory memory, ZendMemory heap) {
    this.memory = memory;
    this.heap = heap;
    this.table = other.table;
    this.capacity = other.capacity;
    this.used = other.used;
  }

  /** Enters new objects. */
  void take(long objects) {
    long needed = used + objects;
    while (capacity < needed) {
      table =
          heap.reallocate(
              table,
              SLOT_BYTES * capacity,
              2 * SLOT_BYTES * capacity,
              SLOT_BYTES * Math.min(used, capacity),
              PhpCauses.ALLOCATION);
      capacity *= 2;
    }
    if (objects > 0) {
      memory.sink(PhpCauses.ALLOCATION).writeRange(table + SLOT_BYTES * used, SLOT_BYTES * objects);
      used += objects;
    }
  }

  /** Threads the newest {@code objects} slots into the free list. */
  void release(long objects) {
    long first = Math.max(1, used - objects);
    if (objects > 0) {
      memory
          .sink(PhpCauses.FREE)
          .writeRange(table + SLOT_BYTES * first, SLOT_BYTES * (used - first));
    }
  }
}
