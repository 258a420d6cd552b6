package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.GlibcArena;

/**
 * The list of objects that became old while they had something in the transient heap: a block of
 * the C heap for 1024 of them that doubles, and is filled from its beginning after each full
 * marking began. Source: CRuby 3.1.2 transient_heap.c ({@code rb_transient_heap_promote}, {@code
 * transient_heap_promote_add}, {@code rb_transient_heap_start_marking}).
 *
 * <p>Where the first block lies in the start image was not measured: what is written to its two
 * pages, and that it is given back, is left out.
 */
final class RubyPromotedObjects {

  /** {@code TRANSIENT_HEAP_PROMOTED_DEFAULT_SIZE}. */
  private static final long FIRST_CAPACITY = 1024;

  private long block;
  private long capacity;
  private long count;

  RubyPromotedObjects() {
    capacity = FIRST_CAPACITY;
  }

  private RubyPromotedObjects(RubyPromotedObjects parent) {
    block = parent.block;
    capacity = parent.capacity;
    count = parent.count;
  }

  RubyPromotedObjects copy() {
    return new RubyPromotedObjects(this);
  }

  /** Begins a full marking. */
  void clear() {
    count = 0;
  }

  /** Adds so many objects. */
  void add(long objects, GlibcArena brk, WriteSink sink) {
    long first = count;
    count += objects;
    while (capacity < count) {
      long bytes = Long.BYTES * capacity;
      block = block == 0 ? brk.malloc(2 * bytes, sink) : brk.realloc(block, bytes, 2 * bytes, sink);
      capacity *= 2;
    }
    if (block != 0 && objects > 0) {
      sink.writeRange(block + Long.BYTES * first, Long.BYTES * objects);
    }
  }
}
