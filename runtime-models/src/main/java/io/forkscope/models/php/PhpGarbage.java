package io.forkscope.models.php;

import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;

/**
 * Cycles that nothing reaches any more and no collection has freed yet. Each was buffered as a
 * possible root when the last of the program's references to it went.
 */
final class PhpGarbage {

  private static final int OBJECT_BYTES = PhpSizes.objectBytes(2);

  private final ZendMemory heap;
  private final PhpObjectStore store;

  /** The objects that were elements, and those that they hold; and the numbers of each. */
  private BlockRuns[] blocks = lists();

  private BlockRuns[] numbers = lists();

  PhpGarbage(ZendMemory heap, PhpObjectStore store) {
    this.heap = heap;
    this.store = store;
  }

  /** The garbage of a forked process. */
  PhpGarbage(PhpGarbage other, ZendMemory heap, PhpObjectStore store) {
    this(heap, store);
    for (int i = 0; i < blocks.length; i++) {
      other.blocks[i].forEachRun(0, other.blocks[i].count(), blocks[i]::add);
      other.numbers[i].forEachRun(0, other.numbers[i].count(), numbers[i]::add);
    }
  }

  private static BlockRuns[] lists() {
    return new BlockRuns[] {new BlockRuns(), new BlockRuns()};
  }

  /** Adds the cycle in a slot of an array of cycles. */
  void add(PhpPopulation d, long slot) {
    for (int i = 0; i < blocks.length; i++) {
      blocks[i].add(d.roles[d.objects.get(i).header].address(slot), 0, 1);
      numbers[i].add(d.handles[i].address(slot), 0, 1);
    }
  }

  /**
   * Frees all, as zend_gc_run does: first every number, then every object, the buffered ones before
   * those that only they hold.
   *
   * @return how many objects were freed
   */
  long free() {
    long count = 0;
    for (BlockRuns each : numbers) {
      count += each.count();
      store.release(each, 0, each.count());
    }
    for (BlockRuns each : blocks) {
      heap.freeEach(each, OBJECT_BYTES);
    }
    blocks = lists();
    numbers = lists();
    return count;
  }
}
