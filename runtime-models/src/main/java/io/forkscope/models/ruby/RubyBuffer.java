package io.forkscope.models.ruby;

/**
 * A text that grows by realloc to twice its size, which never collects: the buffer of JSON's
 * generator, or the string that Marshal fills. Source: CRuby 3.1.2 ext/json/fbuffer/fbuffer.h
 * ({@code fbuffer_inc_capa}), string.c ({@code str_buf_cat}).
 */
final class RubyBuffer {

  private final RubyProcess process;
  private long block;
  private long capacity;
  private long written;

  /** An empty buffer of {@code capacity} bytes. */
  RubyBuffer(RubyProcess process, long capacity) {
    this.process = process;
    this.capacity = capacity;
    this.block = process.xmalloc().take(capacity, true);
  }

  /** Appends so many bytes. */
  void append(long bytes) {
    long needed = written + bytes;
    if (needed > capacity) {
      long larger = capacity;
      while (needed > larger) {
        larger *= 2;
      }
      block = process.xmalloc().realloc(block, capacity, larger);
      capacity = larger;
    }
    process.memory().sink(RubyCauses.MALLOC).writeRange(block + written, bytes);
    written = needed;
  }

  /** Where it lies now. */
  long block() {
    return block;
  }

  long capacity() {
    return capacity;
  }

  long written() {
    return written;
  }
}
