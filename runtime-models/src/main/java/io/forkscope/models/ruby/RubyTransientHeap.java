package io.forkscope.models.ruby;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The transient heap: tables of small hashes, and what arrays, structs and objects of more than
 * three parts refer to them with, live in blocks of 32 KiB until the first collection they survive
 * moves them to the C heap. The block taken next is the one given back last; the blocks in use when
 * a marking begins are given back after it, those taken during it after the next one. Source: CRuby
 * 3.1.2 transient_heap.c ({@code TRANSIENT_HEAP_BLOCK_SIZE}, {@code TRANSIENT_HEAP_TOTAL_SIZE},
 * {@code rb_transient_heap_start_marking}, {@code transient_heap_evacuate}, {@code
 * transient_heap_reset}), hash.c ({@code ar_alloc_table}), array.c ({@code ary_heap_alloc}),
 * variable.c ({@code obj_ivar_heap_alloc}), struct.c ({@code struct_heap_alloc}).
 */
final class RubyTransientHeap {

  /** {@code sizeof(ar_table)}: 8 pairs; their hints are in the hash. */
  static final int TABLE_BYTES = 128;

  /** {@code TRANSIENT_HEAP_ALLOC_MAX}. */
  private static final int MOST_BYTES = 2 << 10;

  private static final int BLOCK_BYTES = 32 << 10;
  private static final int BLOCKS = (32 << 20) / BLOCK_BYTES;

  /** {@code struct transient_alloc_header} and {@code struct transient_heap_block_header}. */
  private static final int HEADER_BYTES = 16;

  private static final int ENTRY_BYTES = TABLE_BYTES + HEADER_BYTES;
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

  /** Bytes of each block that are taken, its header left out. */
  private final int[] used;

  private final int[] kept;
  private final ArrayDeque<Integer> free;
  private final ArrayDeque<Integer> using;
  private final ArrayDeque<Integer> marked;

  /** The transient heap of the start image. */
  RubyTransientHeap(ProcessMemory memory) {
    this.memory = memory;
    this.used = new int[BLOCKS];
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
    this.used = parent.used.clone();
    this.kept = parent.kept.clone();
    this.free = new ArrayDeque<>(parent.free);
    this.using = new ArrayDeque<>(parent.using);
    this.marked = new ArrayDeque<>(parent.marked);
  }

  RubyTransientHeap fork(ProcessMemory childMemory) {
    return new RubyTransientHeap(this, childMemory);
  }

  /** Whether the buffer of a holder lies here at first. */
  static boolean takes(long bytes) {
    return bytes <= MOST_BYTES;
  }

  /** Takes a table; false if the heap is full and malloc has to serve it. */
  boolean allocateTable(boolean stays) {
    if (allocate(TABLE_BYTES) == 0) {
      return false;
    }
    kept[using.getFirst()] += stays ? 1 : 0;
    return true;
  }

  /**
   * Takes room whose owner has to be told from others.
   *
   * @return its address; 0 if the heap is full, or it is too large, and malloc has to serve it
   */
  long allocate(long bytes) {
    int taken = Math.toIntExact(HEADER_BYTES + bytes);
    Integer block = taken > MOST_BYTES ? null : using.peek();
    if (block != null && used[block] + taken > BLOCK_BYTES - HEADER_BYTES) {
      block = free.poll();
      if (block != null) {
        using.push(block);
      }
    }
    if (block == null) {
      return 0;
    }
    long entry = address(block) + HEADER_BYTES + used[block];
    sink().write(entry, taken);
    sink().write(address(block), HEADER_BYTES);
    used[block] += taken;
    return entry + HEADER_BYTES;
  }

  /** Whether an address lies in the transient heap. */
  static boolean holds(long address) {
    return address >= BASE && address < BASE + (long) BLOCKS * BLOCK_BYTES;
  }

  /** Marks what an owner that is told from others has here, which writes its header. */
  void mark(long address) {
    sink().write(address - HEADER_BYTES, HEADER_BYTES);
  }

  /** Begins a marking. */
  void startMarking() {
    Integer newest = using.peek();
    if (newest != null && used[newest] == 0) {
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

  /** Tables that the marking under way found. */
  long marked() {
    long found = 0;
    for (int block : marked) {
      found += kept[block];
    }
    for (int block : using) {
      found += kept[block];
    }
    return found;
  }

  /** Blocks that a marking may have found something in, in the order in which they are emptied. */
  List<Integer> toEvacuate() {
    List<Integer> blocks = new ArrayList<>(marked);
    blocks.addAll(using);
    return blocks;
  }

  /**
   * Takes what is not told apart out of a block. That it was marked, and moves, writes its headers.
   *
   * @return how many tables have to move to the C heap
   */
  long evacuate(int block) {
    long moved = kept[block];
    if (moved > 0) {
      long first = address(block) + HEADER_BYTES;
      sink().writeStrided(first, ENTRY_BYTES, used[block] / ENTRY_BYTES, HEADER_BYTES);
    }
    kept[block] = 0;
    return moved;
  }

  /** Ends a marking: gives the blocks back that were in use when it began. */
  void reset() {
    for (int block : marked) {
      sink().write(address(block), HEADER_BYTES);
      used[block] = 0;
      free.push(block);
    }
    marked.clear();
  }

  /** The block that an address lies in. */
  static int blockOf(long address) {
    return (int) ((address - BASE) / BLOCK_BYTES);
  }

  private static long address(int block) {
    return BASE + (long) block * BLOCK_BYTES;
  }

  private WriteSink sink() {
    return memory.sink(RubyCauses.TRANSIENT_HEAP);
  }
}
