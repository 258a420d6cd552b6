package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.models.allocator.GlibcArena;
import java.util.ArrayDeque;

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

  /**
   * measured by tracing malloc: chunks of the start image's cache, by those that the first deep
   * marking takes anew. Where they lie is part of what any collection writes.
   */
  private static final int IMAGE_CHUNKS = 6;

  /** measured by tracing malloc: chunks that a full marking of the start image takes anew. */
  private static final int FULL_CHUNKS = 3;

  /** The cache, the chunk that is taken next first. */
  private final ArrayDeque<Long> cache;

  RubyMarkStack() {
    cache = new ArrayDeque<>();
  }

  private RubyMarkStack(RubyMarkStack parent) {
    cache = new ArrayDeque<>(parent.cache);
  }

  RubyMarkStack copy() {
    return new RubyMarkStack(this);
  }

  /** Marks once, to a greatest depth of so many grey objects. */
  void reach(long depth, boolean full, GlibcArena brk, WriteSink sink) {
    long chunks = Math.max(full ? FULL_CHUNKS : 0, depth / CHUNK_VALUES + 1 - IMAGE_CHUNKS);
    long unused = Math.max(0, cache.size() - chunks);
    long left = chunks;
    for (Long chunk : cache) {
      if (left-- == 0) {
        break;
      }
      sink.write(chunk, CHUNK_BYTES);
    }
    while (cache.size() < chunks) {
      long chunk = brk.malloc(CHUNK_BYTES, sink);
      sink.write(chunk, CHUNK_BYTES);
      cache.addLast(chunk);
    }
    if (unused > cache.size() / 2) {
      brk.free(cache.removeFirst(), CHUNK_BYTES, sink);
    }
  }
}
