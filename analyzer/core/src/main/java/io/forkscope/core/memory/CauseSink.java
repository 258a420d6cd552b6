package io.forkscope.core.memory;

import org.jspecify.annotations.Nullable;

/** The sink of one cause in one process; remembers the mapping it wrote to last. */
final class CauseSink implements WriteSink {
  private static final long NOWHERE = -1;

  /** Addresses checked at a time: 2 KiB, a small part of a first-level cache. */
  private static final int BLOCK = 256;

  private final CowProcess process;
  private final int cause;

  /** The mapping written last; an impossible span makes every write look again. */
  private long start;

  private long span = NOWHERE;
  private long base;
  private int shift;
  private @Nullable CauseTrace trace;
  private long @Nullable [] flat;

  CauseSink(CowProcess process, int cause) {
    this.process = process;
    this.cause = cause;
  }

  /** Forgets the mapping: the address space or the sharing has changed. */
  void forget() {
    span = NOWHERE;
    trace = null;
    flat = null;
  }

  @Override
  public void write(long address, int bytes) {
    long offset = address - start;
    long[] words = flat;
    if (words != null && bytes > 0 && offset >= 0 && offset <= span - bytes) {
      long first = address - base;
      int index = (int) (first >>> shift);
      CauseTrace into = trace;
      if (into != null
          && (first + bytes - 1) >>> shift == index
          && (words[index >>> 6] & 1L << index) != 0) {
        into.bytes += bytes;
        return;
      }
    }
    writeRange(address, bytes);
  }

  @Override
  public void writeRange(long address, long bytes) {
    CauseTrace into = at(address, bytes);
    into.bytes += bytes;
    mark(into, address, bytes);
  }

  @Override
  public void writeEach(long[] addresses, int from, int to, int bytes) {
    java.util.Objects.checkFromToIndex(from, to, addresses.length);
    for (int i = from; i < to; ) {
      CauseTrace into = at(addresses[i], bytes);
      long[] words = into.hot.flat;
      i =
          words == null
              ? sparse(into, addresses, i, to, bytes)
              : dense(into, words, addresses, i, to, bytes);
    }
  }

  /**
   * Writes while the addresses stay in the mapping; returns where it stopped. A block is first
   * taken as if each write lay in the mapping and on one page; one that did not is taken again,
   * write by write, which sets the same bits and those that are missing.
   */
  private int dense(CauseTrace into, long[] words, long[] addresses, int from, int to, int bytes) {
    int written = (int) ((addresses[from] - base) >>> shift);
    int i = from;
    while (i < to) {
      int end = Math.min(to, i + BLOCK);
      if (into.markEach(words, addresses, i, end, bytes, start, span, written)) {
        i = end;
        continue;
      }
      for (; i < end; i++) {
        long offset = addresses[i] - start;
        if (offset < 0 || offset > span - bytes) {
          into.bytes += (long) bytes * (i - from);
          return i;
        }
        mark(into, addresses[i], bytes);
      }
    }
    into.bytes += (long) bytes * (i - from);
    return i;
  }

  /** The same where a page's bit is dear to find: it is not set again for the next write. */
  private int sparse(CauseTrace into, long[] addresses, int from, int to, int bytes) {
    long marked = NOWHERE;
    int i = from;
    for (; i < to && into.hot.flat == null; i++) {
      long offset = addresses[i] - start;
      if (offset < 0 || offset > span - bytes) {
        break;
      }
      long first = (addresses[i] - base) >>> shift;
      long last = (addresses[i] - base + bytes - 1) >>> shift;
      if (first != marked || last != marked) {
        mark(into, addresses[i], bytes);
        marked = last;
      }
    }
    into.bytes += (long) bytes * (i - from);
    return i;
  }

  @Override
  public void writeStrided(long first, long stride, long count, int bytes) {
    if (stride <= 0 || count < 0) {
      throw new IllegalArgumentException("stride " + stride + ", count " + count);
    }
    if (count == 0) {
      return;
    }
    long length = Math.addExact(Math.multiplyExact(stride, count - 1), bytes);
    CauseTrace into = at(first, length);
    if (bytes < 1) {
      throw new IllegalArgumentException("cannot write " + bytes + " bytes");
    }
    into.bytes += count * bytes;
    if (stride <= 1L << shift) {
      mark(into, first, length);
      return;
    }
    for (long i = 0; i < count; i++) {
      mark(into, first + i * stride, bytes);
    }
  }

  /** Sets the bits of a range that lies in the mapping. */
  private void mark(CauseTrace into, long address, long bytes) {
    int first = (int) ((address - base) >>> shift);
    int last = (int) ((address + bytes - 1 - base) >>> shift);
    int firstWord = first >>> 6;
    int lastWord = last >>> 6;
    into.hot.expect(lastWord - firstWord);
    for (int word = firstWord; word <= lastWord; word++) {
      long mask = -1L;
      if (word == firstWord) {
        mask &= -1L << first;
      }
      if (word == lastWord) {
        mask &= -1L >>> ~last;
      }
      long fresh = mask & ~into.hot.get(word);
      if (fresh != 0) {
        into.add(word, fresh);
      }
    }
    flat = into.hot.flat;
  }

  /** Finds the mapping of a range, and settles what others have pending. */
  private CauseTrace at(long address, long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("cannot write " + bytes + " bytes");
    }
    CauseTrace into = trace;
    long offset = address - start;
    if (into == null || offset < 0 || offset > span - bytes) {
      Mapping mapping = process.writable(address, bytes);
      into = process.trace(mapping.origin()).of(cause);
      start = mapping.region().address();
      span = mapping.region().bytes();
      base = mapping.origin().base;
      shift = mapping.origin().shift;
      trace = into;
      flat = into.hot.flat;
    }
    process.activate(into);
    return into;
  }
}
