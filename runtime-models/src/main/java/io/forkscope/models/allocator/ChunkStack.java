package io.forkscope.models.allocator;

import java.util.Arrays;

/** A stack of chunk addresses, as a fastbin is. */
final class ChunkStack {
  private long[] chunks;
  private int size;

  ChunkStack() {
    chunks = new long[8];
  }

  ChunkStack(ChunkStack other) {
    chunks = Arrays.copyOf(other.chunks, Math.max(8, other.size));
    size = other.size;
  }

  int size() {
    return size;
  }

  void push(long chunk) {
    if (size == chunks.length) {
      chunks = Arrays.copyOf(chunks, size * 2);
    }
    chunks[size++] = chunk;
  }

  long pop() {
    return chunks[--size];
  }
}
