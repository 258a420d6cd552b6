package io.forkscope.models.php;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.FreeSlots;
import io.forkscope.models.allocator.ZendMemory;

/**
 * The table of all objects, 8 bytes each, doubled when it is full; a freed object's number is the
 * next to be given: PHP 8.2 Zend/zend_objects_API.c.
 */
final class PhpObjectStore {

  /** zend_objects_store_init(…, 1024): PHP 8.2 Zend/zend_execute_API.c. */
  private static final long FIRST_CAPACITY = 1024;

  private static final int SLOT_BYTES = 8;

  private final ProcessMemory memory;
  private final ZendMemory heap;
  private final FreeSlots free;
  private long capacity;
  private long used;
  private long table;

  PhpObjectStore(ProcessMemory memory, ZendMemory heap, long table) {
    this.memory = memory;
    this.heap = heap;
    this.table = table;
    this.capacity = FIRST_CAPACITY;
    this.used = 1;
    this.free = new FreeSlots();
  }

  PhpObjectStore(PhpObjectStore other, ProcessMemory memory, ZendMemory heap) {
    this.memory = memory;
    this.heap = heap;
    this.table = other.table;
    this.capacity = other.capacity;
    this.used = other.used;
    this.free = new FreeSlots(other.free);
  }

  /** How many objects fit before the table grows. */
  long room() {
    return free.count() + capacity - used;
  }

  /** Enters {@code elements} times one object for each list of {@code into}, which get numbers. */
  void take(long elements, BlockRuns[] into) {
    int each = into.length;
    for (long left = each == 0 ? 0 : elements; left > 0; ) {
      long together = free.topCount() / each;
      if (free.topCount() == 0) {
        grow(left * each);
        deal(used, 1, left, into);
        used += left * each;
        together = left;
      } else if (together > 0) {
        together = Math.min(together, left);
        long stride = free.topStride();
        deal(free.take(together * each), stride, together, into);
      } else {
        for (BlockRuns own : into) {
          own.add(free.count() > 0 ? free.take(1) : fresh(), 1, 1);
        }
        together = 1;
      }
      left -= together;
    }
    for (BlockRuns own : into) {
      write(own, own.count() - elements, own.count(), PhpCauses.ALLOCATION);
    }
  }

  private long fresh() {
    grow(1);
    return used++;
  }

  private static void deal(long first, long stride, long elements, BlockRuns[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i].add(first + i * stride, stride * into.length, elements);
    }
  }

  private void grow(long objects) {
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
  }

  /** Threads one object's number into the free list. */
  void release(long number) {
    memory.sink(PhpCauses.FREE).write(table + SLOT_BYTES * number, SLOT_BYTES);
    free.pushOne(number);
  }

  /** Threads the numbers {@code [from, to)} of a list into the free list. */
  void release(BlockRuns numbers, long from, long to) {
    write(numbers, from, to, PhpCauses.FREE);
    numbers.forEachRun(
        from,
        to,
        (first, stride, count) -> free.push(first + (count - 1) * stride, -stride, count));
  }

  private void write(BlockRuns numbers, long from, long to, Cause cause) {
    numbers.forEachRun(
        from,
        to,
        (first, stride, count) -> {
          long low = Math.min(first, first + (count - 1) * stride);
          long step = Math.max(1, Math.abs(stride)) * SLOT_BYTES;
          memory.sink(cause).writeStrided(table + SLOT_BYTES * low, step, count, SLOT_BYTES);
        });
  }
}
