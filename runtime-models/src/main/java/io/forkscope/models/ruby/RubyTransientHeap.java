package io.forkscope.models.ruby;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/**
 * The transient heap: tables of small hashes live in blocks of 32 KiB until the first collection
 * they survive moves them to the C heap. Source: CRuby 3.1.2 transient_heap.c ({@code
 * TRANSIENT_HEAP_BLOCK_SIZE}, {@code TRANSIENT_HEAP_TOTAL_SIZE}, {@code transient_heap_evacuate}),
 * hash.c ({@code ar_alloc_table}).
 */
final class RubyTransientHeap {

  /** {@code sizeof(ar_table)}: 8 hint bytes and 8 pairs. */
  static final int TABLE_BYTES = 136;

  private static final int BLOCK_BYTES = 32 << 10;
  private static final long TOTAL_BYTES = 32L << 20;
  private static final int ENTRY_BYTES = TABLE_BYTES + 16;
  private static final int PER_BLOCK = (BLOCK_BYTES - 16) / ENTRY_BYTES;
  private static final long BASE = 0x7f90_0000_0000L;

  private final ProcessMemory memory;
  private long live;
  private long used;

  RubyTransientHeap(ProcessMemory memory) {
    this.memory = memory;
    memory.map(Region.anonymous("Ruby transient heap", RegionKind.ANONYMOUS, BASE, TOTAL_BYTES));
  }

  private RubyTransientHeap(RubyTransientHeap parent, ProcessMemory memory) {
    this.memory = memory;
    this.live = parent.live;
    this.used = parent.used;
  }

  RubyTransientHeap fork(ProcessMemory childMemory) {
    return new RubyTransientHeap(this, childMemory);
  }

  /** {@code TRANSIENT_HEAP_ALLOC_MAX}. */
  private static final int MOST_BYTES = 2 << 10;

  /** Whether a buffer of an array lies here at first. */
  static boolean takes(long bytes) {
    return bytes <= MOST_BYTES;
  }

  /** Takes a table; false if the heap is full and malloc has to serve it. */
  boolean allocate(boolean kept) {
    if (used / PER_BLOCK >= TOTAL_BYTES / BLOCK_BYTES) {
      return false;
    }
    long address = BASE + used / PER_BLOCK * BLOCK_BYTES + 16 + used % PER_BLOCK * ENTRY_BYTES;
    memory.sink(RubyCauses.TRANSIENT_HEAP).write(address, ENTRY_BYTES);
    used++;
    live += kept ? 1 : 0;
    return true;
  }

  /** Ends a marking: returns how many tables have to move to the C heap, and empties the blocks. */
  long evacuate() {
    if (live > 0) {
      WriteSink sink = memory.sink(RubyCauses.TRANSIENT_HEAP);
      for (long block = 0; block * PER_BLOCK < used; block++) {
        long entries = Math.min(PER_BLOCK, used - block * PER_BLOCK);
        sink.writeStrided(BASE + block * BLOCK_BYTES + 16, ENTRY_BYTES, entries, 16);
      }
    }
    long moved = live;
    live = 0;
    used = 0;
    return moved;
  }
}
