package io.forkscope.models.allocator;

import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;

/** The main arena's memory: the brk heap. */
final class GlibcBrk extends GlibcTop {

  /** Address space set aside, so that no block spans two regions. */
  private static final long RESERVED_BYTES = 64L << 30;

  private final long start;

  /** An empty heap that starts at a page boundary. */
  GlibcBrk(ProcessMemory memory, long start) {
    super(memory);
    this.start = start;
    this.at = start;
    this.end = start;
    memory.map(Region.anonymous("[heap]", RegionKind.BRK_HEAP, start, RESERVED_BYTES));
  }

  /** The same heap in a child. */
  GlibcBrk(GlibcBrk parent, ProcessMemory memory) {
    super(memory);
    start = parent.start;
    at = parent.at;
    end = parent.end;
  }

  @Override
  boolean holds(long address) {
    return address >= start && address < start + RESERVED_BYTES;
  }

  @Override
  void grow(long nb, GlibcArena arena, WriteSink sink) {
    end += pages(nb + PAD + LEAST - (end - at));
    if (end > start + RESERVED_BYTES) {
      throw new IllegalArgumentException("the brk heap is modelled up to 64 GiB");
    }
  }
}
