package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The page level of the Zend memory manager: chunks of 2 MiB whose first page holds their page map,
 * and huge blocks of their own. Follows zend_mm_alloc_pages, zend_mm_free_pages and
 * zend_mm_delete_chunk of PHP 8.2 Zend/zend_alloc.c, but for the reordering of the chunk list,
 * which changes addresses and no page count.
 */
final class ZendChunks {

  static final int PAGE = 4096;
  static final int PAGES = 512;
  static final long CHUNK = (long) PAGE * PAGES;

  /** Where the main chunk lies; later mappings lie below it, as Linux maps top-down. */
  static final long MAIN = 0x7f00_0000_0000L;

  private final ProcessMemory memory;
  private final Cause bookkeeping;
  private final List<Chunk> chunks;

  /** For requests of up to 8 pages: no chunk below this index has room. */
  private final int[] hints = new int[9];

  private long nextMapping;
  private boolean hasCachedChunk;
  private long cachedChunk;

  ZendChunks(ProcessMemory memory, Cause bookkeeping) {
    this.memory = memory;
    this.bookkeeping = bookkeeping;
    this.chunks = new ArrayList<>();
    this.nextMapping = MAIN + CHUNK;
    addChunk();
  }

  ZendChunks(ZendChunks other, ProcessMemory memory) {
    this.memory = memory;
    this.bookkeeping = other.bookkeeping;
    this.chunks = new ArrayList<>();
    for (Chunk chunk : other.chunks) {
      chunks.add(new Chunk(chunk));
    }
    System.arraycopy(other.hints, 0, hints, 0, hints.length);
    this.nextMapping = other.nextMapping;
    this.hasCachedChunk = other.hasCachedChunk;
    this.cachedChunk = other.cachedChunk;
  }

  /** Takes fixed pages of the main chunk; for what the interpreter allocates as it starts. */
  void reserve(int page, int pages) {
    chunks.get(0).take(page, pages);
  }

  /** The address of {@code pages} pages, at most 511. */
  long allocate(int pages) {
    int from = pages < hints.length ? hints[pages] : 0;
    for (int i = from; i < chunks.size(); i++) {
      Chunk chunk = chunks.get(i);
      int page = chunk.find(pages);
      if (page >= 0) {
        hint(pages, i);
        return take(chunk, page, pages);
      }
    }
    Chunk fresh = addChunk();
    hint(pages, chunks.size() - 1);
    return take(fresh, 1, pages);
  }

  /** Frees pages; a chunk that is then empty goes, unless it is the main one. */
  void free(long address, int pages) {
    int index = indexOf(address);
    Chunk chunk = chunks.get(index);
    writeHeader(chunk);
    chunk.release((int) ((address - chunk.base) / PAGE), pages);
    if (index > 0 && chunk.freePages == PAGES - 1) {
      remove(index);
    } else {
      for (int i = 1; i < hints.length; i++) {
        hints[i] = Math.min(hints[i], index);
      }
    }
  }

  /** Grows a run where it lies; false if the pages behind it are taken. */
  boolean extend(long address, int oldPages, int newPages) {
    Chunk chunk = chunks.get(indexOf(address));
    int page = (int) ((address - chunk.base) / PAGE);
    if (page + newPages > PAGES) {
      return false;
    }
    int taken = chunk.used.nextSetBit(page + oldPages);
    if (taken >= 0 && taken < page + newPages) {
      return false;
    }
    chunk.take(page + oldPages, newPages - oldPages);
    writeHeader(chunk);
    return true;
  }

  /** Maps a block of its own on a 2 MiB boundary. */
  long mapHuge(long bytes) {
    nextMapping -= (bytes + CHUNK - 1) / CHUNK * CHUNK;
    memory.map(Region.anonymous("[zend huge]", RegionKind.ANONYMOUS, nextMapping, bytes));
    return nextMapping;
  }

  /** Unmaps a block that {@link #mapHuge} mapped. */
  void unmapHuge(long address, long bytes) {
    memory.unmap(address, bytes);
  }

  private long take(Chunk chunk, int page, int pages) {
    chunk.take(page, pages);
    writeHeader(chunk);
    return chunk.base + (long) page * PAGE;
  }

  private void hint(int pages, int index) {
    if (pages < hints.length) {
      hints[pages] = index;
    }
  }

  private Chunk addChunk() {
    long base;
    if (hasCachedChunk) {
      hasCachedChunk = false;
      base = cachedChunk;
    } else {
      nextMapping -= CHUNK;
      base = nextMapping;
      memory.map(Region.anonymous("[zend chunk]", RegionKind.ANONYMOUS, base, CHUNK));
    }
    Chunk chunk = new Chunk(base);
    chunks.add(chunk);
    writeHeader(chunk);
    return chunk;
  }

  /** The first chunk to go is kept when only the main one is left: avg_chunks_count is 1. */
  private void remove(int index) {
    Chunk chunk = chunks.remove(index);
    Arrays.setAll(hints, i -> Math.min(hints[i], index));
    if (chunks.size() == 1 && !hasCachedChunk) {
      hasCachedChunk = true;
      cachedChunk = chunk.base;
    } else {
      memory.unmap(chunk.base, CHUNK);
    }
  }

  private int indexOf(long address) {
    long base = address / CHUNK * CHUNK;
    for (int i = chunks.size() - 1; i >= 0; i--) {
      if (chunks.get(i).base == base) {
        return i;
      }
    }
    throw new IllegalArgumentException("no chunk holds 0x" + Long.toHexString(address));
  }

  private void writeHeader(Chunk chunk) {
    memory.sink(bookkeeping).write(chunk.base, 8);
  }

  /** One chunk's page map. */
  private static final class Chunk {
    final long base;
    final BitSet used;
    int freePages;
    int freeTail;

    Chunk(long base) {
      this.base = base;
      this.used = new BitSet(PAGES);
      used.set(0);
      freePages = PAGES - 1;
      freeTail = 1;
    }

    Chunk(Chunk other) {
      base = other.base;
      used = (BitSet) other.used.clone();
      freePages = other.freePages;
      freeTail = other.freeTail;
    }

    /** Best fit, the first of equals; -1 if there is none. */
    int find(int pages) {
      if (freePages < pages) {
        return -1;
      }
      if (freePages + freeTail == PAGES) {
        return PAGES - freeTail < pages ? -1 : freeTail;
      }
      int best = -1;
      int bestPages = PAGES + 1;
      for (int page = used.nextClearBit(1); page < PAGES; ) {
        int taken = used.nextSetBit(page);
        int end = taken < 0 ? PAGES : taken;
        int length = end - page;
        if (length == pages) {
          return page;
        }
        if (length > pages && length < bestPages) {
          best = page;
          bestPages = length;
        }
        page = used.nextClearBit(end);
      }
      return best;
    }

    void take(int page, int pages) {
      used.set(page, page + pages);
      freePages -= pages;
      freeTail = Math.max(freeTail, page + pages);
    }

    void release(int page, int pages) {
      used.clear(page, page + pages);
      freePages += pages;
      if (freeTail == page + pages) {
        freeTail = page;
      }
    }
  }
}
