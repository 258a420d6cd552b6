package io.forkscope.models.ruby;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayDeque;

/**
 * The transient heap: tables of small hashes live in blocks of 32 KiB until the first collection
 * they survive moves them to the C heap. The block taken next is the one given back last; the
 * blocks in use when a marking begins are given back after it, those taken during it after the next
 * one. Source: CRuby 3.1.2 transient_heap.c ({@code TRANSIENT_HEAP_BLOCK_SIZE}, {@code
 * TRANSIENT_HEAP_TOTAL_SIZE}, {@code rb_transient_heap_start_marking}, {@code
 * transient_heap_evacuate}, {@code transient_heap_reset}), hash.c ({@code ar_alloc_table}).
 */
final class RubyTransientHeap {

  /** {@code sizeof(ar_table)}: 8 hint bytes and 8 pairs. */
  static final int TABLE_BYTES = 136;

  /** {@code TRANSIENT_HEAP_ALLOC_MAX}. */
  private static final int MOST_BYTES = 2 << 10;

  private static final int BLOCK_BYTES = 32 << 10;
  private static final int BLOCKS = (32 << 20) / BLOCK_BYTES;

  /** {@code struct transient_alloc_header} and {@code struct transient_heap_block_header}. */
  private static final int HEADER_BYTES = 16;

  private static final int ENTRY_BYTES = TABLE_BYTES + HEADER_BYTES;
  private static final int PER_BLOCK = (BLOCK_BYTES - HEADER_BYTES) / ENTRY_BYTES;
  private static final long BASE = 0x7f90_0000_0000L;

  /**
   * measured: the blocks that the start image gave back, the one that is taken last first; one more
   * is in use and empty. The others were never taken, but each has its header.
   */
  private static final int[] IMAGE_FREE = {1022, 1023, 1021};

  private static final int IMAGE_USING = 1020;

  /** measured: what was ever written of one of those blocks; the others were filled. */
  private static final int IMAGE_PARTLY_BYTES = 5 * 4096;

  private final ProcessMemory memory;
  private final int[] tables;
  private final int[] kept;
  private final ArrayDeque<Integer> free;
  private final ArrayDeque<Integer> using;
  private final ArrayDeque<Integer> marked;

  /** The transient heap of the start image. */
  RubyTransientHeap(ProcessMemory memory) {
    this.memory = memory;
    this.tables = new int[BLOCKS];
    this.kept = new int[BLOCKS];
    this.free = new ArrayDeque<>();
    this.using = new ArrayDeque<>();
    this.marked = new ArrayDeque<>();
    for (int block = 0; block < IMAGE_USING; block++) {
      free.push(block);
    }
    for (int block : IMAGE_FREE) {
      free.push(block);
    }
    using.push(IMAGE_USING);
    long bytes = (long) BLOCKS * BLOCK_BYTES;
    memory.map(Region.anonymous("Ruby transient heap", RegionKind.ANONYMOUS, BASE, bytes));
    WriteSink start = memory.sink(RubyCauses.START);
    start.writeStrided(BASE, BLOCK_BYTES, BLOCKS, HEADER_BYTES);
    start.writeRange(address(IMAGE_USING), 2 * BLOCK_BYTES);
    start.writeRange(address(IMAGE_USING + 2), IMAGE_PARTLY_BYTES);
    start.writeRange(address(IMAGE_USING + 3), BLOCK_BYTES);
  }

  private RubyTransientHeap(RubyTransientHeap parent, ProcessMemory memory) {
    this.memory = memory;
    this.tables = parent.tables.clone();
    this.kept = parent.kept.clone();
    this.free = new ArrayDeque<>(parent.free);
    this.using = new ArrayDeque<>(parent.using);
    this.marked = new ArrayDeque<>(parent.marked);
  }

  RubyTransientHeap fork(ProcessMemory childMemory) {
    return new RubyTransientHeap(this, childMemory);
  }

  /** Whether a buffer of an array lies here at first. */
  static boolean takes(long bytes) {
    return bytes <= MOST_BYTES;
  }

  /** Takes a table; false if the heap is full and malloc has to serve it. */
  boolean allocate(boolean stays) {
    Integer block = using.peek();
    if (block != null && tables[block] == PER_BLOCK) {
      block = free.poll();
      if (block != null) {
        using.push(block);
      }
    }
    if (block == null) {
      return false;
    }
    sink().write(entry(block, tables[block]), ENTRY_BYTES);
    sink().write(address(block), HEADER_BYTES);
    tables[block]++;
    kept[block] += stays ? 1 : 0;
    return true;
  }

  /** Begins a marking. */
  void startMarking() {
    Integer newest = using.peek();
    if (newest != null && tables[newest] == 0) {
      using.pop();
    } else {
      newest = free.poll();
    }
    marked.addAll(using);
    using.clear();
    if (newest != null) {
      using.push(newest);
    }
  }

  /**
   * Ends a marking: gives the blocks back that were in use when it began.
   *
   * @return how many tables have to move to the C heap
   */
  long evacuate() {
    long moved = 0;
    for (int block : marked) {
      moved += evacuate(block);
      sink().write(address(block), HEADER_BYTES);
      tables[block] = 0;
      free.push(block);
    }
    marked.clear();
    for (int block : using) {
      moved += evacuate(block);
    }
    return moved;
  }

  /** Marking and moving its tables writes their headers. */
  private long evacuate(int block) {
    long moved = kept[block];
    if (moved > 0) {
      sink().writeStrided(entry(block, 0), ENTRY_BYTES, tables[block], HEADER_BYTES);
    }
    kept[block] = 0;
    return moved;
  }

  private static long address(int block) {
    return BASE + (long) block * BLOCK_BYTES;
  }

  private static long entry(int block, int index) {
    return address(block) + HEADER_BYTES + (long) index * ENTRY_BYTES;
  }

  private WriteSink sink() {
    return memory.sink(RubyCauses.TRANSIENT_HEAP);
  }
}
