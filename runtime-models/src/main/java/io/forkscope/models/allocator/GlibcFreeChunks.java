package io.forkscope.models.allocator;

import io.forkscope.core.memory.WriteSink;
import java.util.Arrays;

/**
 * The joined free chunks of a glibc arena: the unsorted list, the small and the large bins, each a
 * ring of links that runs through the chunks. Linking writes the neighbours. A chunk is known by an
 * index; -1 is none. Source: glibc 2.36 malloc/malloc.c ({@code smallbin_index}, {@code
 * largebin_index_64}, {@code unlink_chunk}, binmap scan of {@code _int_malloc}).
 */
final class GlibcFreeChunks {

  static final int UNSORTED = 1;

  private static final int BINS = 127;
  private static final int LEAST_LARGE = 1024;
  private static final int HEADER = 16;

  private long[] at = new long[64];
  private long[] bytes = new long[64];
  private int[] forward = new int[64];
  private int[] back = new int[64];
  private byte[] binOf = new byte[64];
  private final int[] first = new int[BINS];
  private final int[] last = new int[BINS];
  private final long[] occupied = new long[2];
  private final ChunkBorders borders;
  private int used;
  private int recycled = -1;
  private long lastRemainder;

  /**
   * No chunk.
   *
   * @param start first byte of the heap
   */
  GlibcFreeChunks(long start) {
    borders = new ChunkBorders(start);
    Arrays.fill(first, -1);
    Arrays.fill(last, -1);
  }

  GlibcFreeChunks(GlibcFreeChunks o) {
    at = o.at.clone();
    bytes = o.bytes.clone();
    forward = o.forward.clone();
    back = o.back.clone();
    binOf = o.binOf.clone();
    System.arraycopy(o.first, 0, first, 0, BINS);
    System.arraycopy(o.last, 0, last, 0, BINS);
    System.arraycopy(o.occupied, 0, occupied, 0, occupied.length);
    borders = new ChunkBorders(o.borders);
    used = o.used;
    recycled = o.recycled;
    lastRemainder = o.lastRemainder;
  }

  static boolean isSmall(long chunkBytes) {
    return chunkBytes < LEAST_LARGE;
  }

  /** {@code bin_index}. */
  static int bin(long size) {
    if (isSmall(size)) {
      return (int) (size >> 4);
    }
    if (size >> 6 <= 48) {
      return 48 + (int) (size >> 6);
    }
    if (size >> 9 <= 20) {
      return 91 + (int) (size >> 9);
    }
    if (size >> 12 <= 10) {
      return 110 + (int) (size >> 12);
    }
    if (size >> 15 <= 4) {
      return 119 + (int) (size >> 15);
    }
    return size >> 18 <= 2 ? 124 + (int) (size >> 18) : 126;
  }

  long at(int chunk) {
    return at[chunk];
  }

  long bytes(int chunk) {
    return bytes[chunk];
  }

  /** The chunk a bin gives first; -1 if it is empty. */
  int last(int bin) {
    return last[bin];
  }

  int startingAt(long address) {
    return borders.startingAt(address);
  }

  int endingAt(long address) {
    return borders.endingAt(address);
  }

  /** Whether the unsorted list holds nothing but this chunk, the last remainder. */
  boolean isOnlyLastRemainder(int chunk) {
    return at[chunk] == lastRemainder && first[UNSORTED] == chunk && last[UNSORTED] == chunk;
  }

  void setLastRemainder(int chunk) {
    lastRemainder = at[chunk];
  }

  /** Loads a chunk behind those its list holds. */
  void append(long address, long chunkBytes, boolean unsorted) {
    int chunk = create(address, chunkBytes);
    link(chunk, unsorted ? UNSORTED : bin(chunkBytes), -1);
  }

  /** Puts a new free chunk in front of the unsorted list. */
  int pushUnsorted(long address, long chunkBytes, WriteSink sink) {
    int chunk = create(address, chunkBytes);
    insert(chunk, UNSORTED, first[UNSORTED], sink);
    sink.write(address, 2 * HEADER);
    sink.write(address + chunkBytes, HEADER); // footer, and PREV_INUSE of the next
    return chunk;
  }

  /** Moves the oldest unsorted chunk to its bin. */
  void sort(int chunk, WriteSink sink) {
    detach(chunk, sink);
    long size = bytes[chunk];
    int bin = bin(size);
    int next = first[bin];
    if (!isSmall(size)) {
      if (last[bin] >= 0 && size < bytes[last[bin]]) {
        next = -1;
      } else {
        while (next >= 0 && bytes[next] > size) {
          next = forward[next];
        }
        if (next >= 0 && bytes[next] == size) {
          next = forward[next]; // always the second position among equals
        }
      }
    }
    insert(chunk, bin, next, sink);
    sink.write(at[chunk] + HEADER, 2 * HEADER);
  }

  /** The chunk that a search of the bins for {@code size} bytes finds; -1 if none fits. */
  int bestFit(long size) {
    int bin = bin(size);
    if (!isSmall(size) && first[bin] >= 0 && bytes[first[bin]] >= size) {
      int victim = last[bin];
      while (bytes[victim] < size) {
        victim = back[victim];
      }
      // not the first of equals, whose links by size would have to be moved
      int next = victim;
      while (back[next] >= 0 && bytes[back[next]] == bytes[victim]) {
        next = back[next];
      }
      return next != victim ? forward[next] : victim;
    }
    for (int i = bin + 1; i < BINS; ) {
      long rest = occupied[i >> 6] >>> (i & 63);
      if (rest == 0) {
        i = (i | 63) + 1;
        continue;
      }
      return last[i + Long.numberOfTrailingZeros(rest)];
    }
    return -1;
  }

  /** Takes a chunk off its list; its index is no longer valid. */
  void unlink(int chunk, WriteSink sink) {
    detach(chunk, sink);
    borders.remove(at[chunk], at[chunk] + bytes[chunk]);
    forward[chunk] = recycled;
    recycled = chunk;
  }

  private int create(long address, long chunkBytes) {
    int chunk = recycled;
    if (chunk >= 0) {
      recycled = forward[chunk];
    } else {
      chunk = used++;
      if (used > at.length) {
        at = Arrays.copyOf(at, used * 2);
        bytes = Arrays.copyOf(bytes, used * 2);
        forward = Arrays.copyOf(forward, used * 2);
        back = Arrays.copyOf(back, used * 2);
        binOf = Arrays.copyOf(binOf, used * 2);
      }
    }
    at[chunk] = address;
    bytes[chunk] = chunkBytes;
    borders.put(chunk, address, address + chunkBytes);
    return chunk;
  }

  private void insert(int chunk, int bin, int before, WriteSink sink) {
    link(chunk, bin, before);
    writeLinks(chunk, sink);
  }

  /** Links a chunk before another, or at the back. */
  private void link(int chunk, int bin, int before) {
    int behind = before < 0 ? last[bin] : back[before];
    forward[chunk] = before;
    back[chunk] = behind;
    binOf[chunk] = (byte) bin;
    if (before < 0) {
      last[bin] = chunk;
    } else {
      back[before] = chunk;
    }
    if (behind < 0) {
      first[bin] = chunk;
    } else {
      forward[behind] = chunk;
    }
    if (bin != UNSORTED) {
      occupied[bin >> 6] |= 1L << (bin & 63);
    }
  }

  private void detach(int chunk, WriteSink sink) {
    writeLinks(chunk, sink);
    int bin = binOf[chunk];
    int ahead = forward[chunk];
    int behind = back[chunk];
    if (ahead < 0) {
      last[bin] = behind;
    } else {
      back[ahead] = behind;
    }
    if (behind < 0) {
      first[bin] = ahead;
    } else {
      forward[behind] = ahead;
    }
    if (first[bin] < 0) {
      occupied[bin >> 6] &= ~(1L << (bin & 63));
    }
  }

  private void writeLinks(int chunk, WriteSink sink) {
    if (forward[chunk] >= 0) {
      sink.write(at[forward[chunk]] + HEADER, HEADER);
    }
    if (back[chunk] >= 0) {
      sink.write(at[back[chunk]] + HEADER, HEADER);
    }
  }
}
