package io.forkscope.models.php;

import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.ZendMemory;

/** Texts made of whole arrays: implode, json_encode, serialize. */
final class PhpTextActions {

  private static final long PAGE = 4096;

  /** The largest block that grows page by page inside a chunk. */
  private static final long LARGEST = (2L << 20) - PAGE;

  private final ProcessMemory memory;
  private final ZendMemory heap;

  PhpTextActions(ProcessMemory memory, ZendMemory heap) {
    this.memory = memory;
    this.heap = heap;
  }

  /** php_implode keeps a pointer and a length of each element, and strings made of floats. */
  void implode(PhpPopulation d) {
    long pieces = 16 * d.held();
    long table = heap.allocate(pieces);
    memory.sink(PhpCauses.ALLOCATION).writeRange(table, pieces);
    BlockRuns[] texts = {new BlockRuns()};
    int textBytes = PhpSizes.stringBytes(PhpInts.digits(d.count) + 2);
    if (d.value.value.kind().equals("float")) {
      heap.allocateEach(new int[] {textBytes}, d.held(), texts);
      texts[0].write(memory.sink(PhpCauses.ALLOCATION), textBytes);
    }
    long joined = 24 + d.total(digits -> PhpText.joined(d.value, digits) + 1);
    long text = heap.allocate(joined);
    memory.sink(PhpCauses.ALLOCATION).writeRange(text, joined);
    heap.free(text, joined);
    if (texts[0].count() > 0) {
      heap.freeEach(texts[0], textBytes);
    }
    heap.free(table, pieces);
  }

  void json(PhpPopulation d) {
    int key = d.key == null ? 0 : 2; // a colon, and what the key's own text has
    grow(2 + d.total(digits -> jsonKey(d, digits) + key + PhpText.json(d.value, digits)));
  }

  private static int jsonKey(PhpPopulation d, int digits) {
    return d.key == null ? 1 : PhpText.json(d.key, digits);
  }

  /** Numbers before elements of a list are counted by the digits of the last. */
  void serialize(PhpPopulation d) {
    grow(8 + d.total(digits -> serializedKey(d, digits) + PhpText.serialized(d.value, digits)));
  }

  private static int serializedKey(PhpPopulation d, int digits) {
    return d.key == null ? digits + 3 : PhpText.serialized(d.key, digits);
  }

  /** php_add_var_hash enters each object whose count is above one in a growing hash. */
  void objectTable(long objects) {
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

  /** A smart_str: grows by pages, in place while it can, and is dropped at the end. */
  private void grow(long bytes) {
    long held = PAGE;
    long at = heap.allocate(held);
    memory.sink(PhpCauses.ALLOCATION).write(at, (int) PAGE);
    while (held < bytes) {
      long next = held < LARGEST ? held + PAGE : (bytes + PAGE - 1) / PAGE * PAGE;
      at = heap.reallocate(at, held, next, held, PhpCauses.ALLOCATION);
      memory.sink(PhpCauses.ALLOCATION).writeRange(at + held, next - held);
      held = next;
    }
    heap.free(at, held);
  }
}
