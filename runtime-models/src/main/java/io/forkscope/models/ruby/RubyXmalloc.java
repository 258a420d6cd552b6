package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.GlibcArena;

/** {@code xmalloc} and its kin: blocks of the C heap that the collector keeps account of. */
final class RubyXmalloc {

  private final ProcessMemory memory;
  private final GlibcArena brk;
  private final RubyHeap heap;
  private final RubyCollector collector;

  RubyXmalloc(ProcessMemory memory, GlibcArena brk, RubyHeap heap, RubyCollector collector) {
    this.memory = memory;
    this.brk = brk;
    this.heap = heap;
    this.collector = collector;
  }

  /** xmalloc: takes a block, writes it, and accounts it. */
  long malloc(long bytes) {
    return malloc(bytes, bytes);
  }

  /** xmalloc of a block that is written in part, from its beginning. */
  long malloc(long bytes, long written) {
    long address = take(bytes, true);
    memory.sink(RubyCauses.MALLOC).writeRange(address, written);
    return address;
  }

  /** xcalloc: as {@link #malloc}, but not from the tcache. */
  long calloc(long bytes) {
    WriteSink sink = memory.sink(RubyCauses.MALLOC);
    long address = brk.calloc(bytes, sink);
    collector.malloced(GlibcArena.usableBytes(bytes));
    sink.writeRange(address, bytes);
    return address;
  }

  /**
   * xmalloc for the object whose slot was given out last, which then makes the block another size.
   *
   * @param later bytes that it has afterwards, in turn; 0 if the object gives it back
   */
  void mallocForLast(long bytes, long... later) {
    // malloc may collect, which takes the page from the allocator
    RubyHeapPage page = heap.lastPage();
    int slot = heap.lastSlot();
    long address = malloc(bytes);
    long now = bytes;
    for (long next : later) {
      if (next == 0) {
        free(address, now);
        return;
      }
      address = next == now ? address : realloc(address, now, next);
      now = next;
    }
    page.hold(slot, address, now);
  }

  /** xrealloc: never collects. */
  long realloc(long address, long oldBytes, long newBytes) {
    collector.accounted(GlibcArena.usableBytes(newBytes) - GlibcArena.usableBytes(oldBytes));
    return brk.realloc(address, oldBytes, newBytes, memory.sink(RubyCauses.MALLOC));
  }

  /** xmalloc whose block is written later. */
  long take(long bytes, boolean collects) {
    long address = brk.malloc(bytes, memory.sink(RubyCauses.MALLOC));
    if (collects) {
      collector.malloced(GlibcArena.usableBytes(bytes));
    } else {
      collector.accounted(GlibcArena.usableBytes(bytes));
    }
    return address;
  }

  /** xmalloc while the collector is held off. */
  long mallocQuietly(long bytes) {
    long address = take(bytes, false);
    memory.sink(RubyCauses.MALLOC).writeRange(address, bytes);
    return address;
  }

  /** malloc of a library, which the collector does not know of. */
  long mallocUnseen(long bytes) {
    WriteSink sink = memory.sink(RubyCauses.MALLOC);
    long address = brk.malloc(bytes, sink);
    sink.writeRange(address, bytes);
    return address;
  }

  /** free of such a block. */
  void freeUnseen(long address, long bytes) {
    brk.free(address, bytes, memory.sink(RubyCauses.MALLOC));
  }

  /** xfree. */
  void free(long address, long bytes) {
    collector.freed(GlibcArena.usableBytes(bytes));
    brk.free(address, bytes, memory.sink(RubyCauses.SWEEP_FREE));
  }
}
