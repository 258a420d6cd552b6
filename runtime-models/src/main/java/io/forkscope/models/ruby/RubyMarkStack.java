package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.GlibcArena;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;

/**
 * The mark stack: chunks of the C heap for 500 grey objects each. A marking takes them from a cache
 * as it goes deeper and gives them back as it comes up, so that the one used first is on top again;
 * a marking that left more than half of them unused frees one. Source: CRuby 3.1.2 gc.c ({@code
 * push_mark_stack_chunk}, {@code pop_mark_stack_chunk}, {@code shrink_stack_chunk_cache}).
 */
final class RubyMarkStack {

  /** {@code sizeof(stack_chunk_t)}: 500 values and a pointer. */
  private static final int CHUNK_BYTES = 4008;

  private static final int CHUNK_VALUES = 500;

  private static final int CHUNK_HEADER = 16;

  /** measured by tracing malloc: what the roots push before a population's holder is popped. */
  private static final int ROOTS = 528;

  /**
   * measured by tracing malloc: how much deeper a full marking goes than its elements, once the
   * class of the one popped first is marked.
   */
  private static final int CLASSES = 1060;

  /** As {@link #CLASSES}, for classes of the program. */
  private static final int OWN_CLASSES = 2050;

  /** measured by tracing malloc: how deep a full marking goes without elements. */
  private static final int FULL = 4250;

  /** measured by tracing malloc: young objects of the start image that are never deep together. */
  private static final int APART = 1000;

  /** The cache, the chunk that is taken next first. */
  private final ArrayDeque<Long> cache;

  /** Whether there was no marking yet. */
  private boolean isFirst;

  /** The stack of a start image whose C heap begins at {@code brkStart}. */
  RubyMarkStack(RubyStartImage image, long brkStart) {
    cache = new ArrayDeque<>();
    image.markChunks.forEach(chunk -> cache.addLast(brkStart + chunk + CHUNK_HEADER));
    isFirst = true;
  }

  private RubyMarkStack(RubyMarkStack parent) {
    cache = new ArrayDeque<>(parent.cache);
    isFirst = parent.isFirst;
  }

  RubyMarkStack copy() {
    return new RubyMarkStack(this);
  }

  /**
   * Marks young objects.
   *
   * @param elements how many are pushed together
   * @param names of symbols, which their table pushes below the elements: it is remembered, and
   *     rgengc_rememberset_mark comes before the roots
   * @param unpushed takes how many are not yet, before each chunk is taken and at the end
   */
  void reachYoung(
      long elements, long names, LongConsumer unpushed, GlibcArena brk, WriteSink sink) {
    long more = ROOTS + names - (isFirst ? APART : 0);
    reach(elements + more, more, elements, unpushed, brk, sink);
  }

  /**
   * Marks all objects, as {@link #reachYoung}. The table of names comes when the elements are
   * popped, and as symbols refer to nothing (gc_mark_children), pushes all of them.
   *
   * @param findsClass whether the elements' class is the program's, and nothing marked it before
   */
  void reachAll(
      long elements,
      long names,
      boolean findsClass,
      LongConsumer unpushed,
      GlibcArena brk,
      WriteSink sink) {
    long more = findsClass ? OWN_CLASSES : CLASSES;
    long depth = Math.max(Math.max(FULL, elements + more), names + ROOTS);
    reach(depth, ROOTS, elements, unpushed, brk, sink);
  }

  private void reach(
      long depth,
      long below,
      long elements,
      LongConsumer unpushed,
      GlibcArena brk,
      WriteSink sink) {
    isFirst = false;
    long taken = Math.max(0, depth) / CHUNK_VALUES;
    long unused = Math.max(0, cache.size() - taken);
    long left = taken;
    for (Long chunk : cache) {
      if (left-- == 0) {
        break;
      }
      sink.write(chunk, CHUNK_BYTES);
    }
    while (cache.size() < taken) {
      unpushed.accept(Math.max(0, elements + below - (cache.size() + 1L) * CHUNK_VALUES));
      long chunk = brk.malloc(CHUNK_BYTES, sink);
      sink.write(chunk, CHUNK_BYTES);
      cache.addLast(chunk);
    }
    unpushed.accept(0);
    shrink(unused, brk, sink);
  }

  /** Marks nothing. */
  void idle(GlibcArena brk, WriteSink sink) {
    shrink(cache.size(), brk, sink);
  }

  private void shrink(long unused, GlibcArena brk, WriteSink sink) {
    if (unused > cache.size() / 2) {
      brk.free(cache.removeFirst(), CHUNK_BYTES, sink);
    }
  }
}
