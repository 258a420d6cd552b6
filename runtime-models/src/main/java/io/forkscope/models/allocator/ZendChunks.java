package io.forkscope.models.allocator;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.Region;
import io.forkscope.core.memory.RegionKind;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The page level of the Zend memory manager: chunks of 2 MiB whose first page holds their page map,
 * and huge blocks of their own. Follows zend_mm_alloc_pages, zend_mm_free_pages,
 * zend_mm_delete_chunk and zend_mm_chunk_alloc of PHP 8.2 Zend/zend_alloc.c.
 */
final class ZendChunks {

  static final int PAGE = 4096;
  static final int PAGES = 512;
  static final long CHUNK = (long) PAGE * PAGES;

  /** Where the main chunk lies; later mappings lie below it, as Linux maps top-down. */
  static final long MAIN = 0x7f00_0000_0000L;

  /** A run of fewer pages moves the chunk it was found in to the head of the list. */
  private static final int MOVING_PAGES = 8;

  private static final int UNMOVED_STEPS = 2;

  /** Chunks deleted at one count of chunks before the next is kept: zend_mm_delete_chunk. */
  private static final int DELETED_BEFORE_KEPT = 4;

  private final ProcessMemory memory;
  private final WriteSink bookkeeping;

  /** In the order of the manager's list: the main chunk first. */
  private final List<Chunk> chunks;

  /** By address in chunks. */
  private final Map<Long, Chunk> byNumber;

  private final ArrayDeque<Chunk> cached;
  private final MappedRanges mapped;

  /** Huge blocks that this process has mapped itself. */
  private final Set<Long> own = new HashSet<>();

  private int deleteBoundary;
  private int deleteCount;

  ZendChunks(ProcessMemory memory, WriteSink bookkeeping) {
    this.memory = memory;
    this.bookkeeping = bookkeeping;
    this.chunks = new ArrayList<>();
    this.byNumber = new HashMap<>();
    this.cached = new ArrayDeque<>();
    this.mapped = new MappedRanges(MAIN + CHUNK);
    addChunk();
  }

  ZendChunks(ZendChunks other, ProcessMemory memory, WriteSink bookkeeping) {
    this.memory = memory;
    this.bookkeeping = bookkeeping;
    this.chunks = new ArrayList<>();
    this.byNumber = new HashMap<>();
    for (Chunk chunk : other.chunks) {
      enter(new Chunk(chunk));
    }
    this.cached = new ArrayDeque<>();
    other.cached.forEach(chunk -> cached.add(new Chunk(chunk)));
    this.mapped = new MappedRanges(other.mapped);
    this.deleteBoundary = other.deleteBoundary;
    this.deleteCount = other.deleteCount;
  }

  private void enter(Chunk chunk) {
    chunks.add(chunk);
    byNumber.put(chunk.base / CHUNK, chunk);
  }

  /** Takes fixed pages of the main chunk; for what the interpreter allocates as it starts. */
  void reserve(int page, int pages) {
    chunks.get(0).take(page, pages);
  }

  /** Allocates a run of pages: in the first chunk of the list that has room, at its best fit. */
  long allocate(int pages) {
    int index = 0;
    int page = -1;
    while (page < 0 && index < chunks.size()) {
      page = chunks.get(index).find(pages);
      index += page < 0 ? 1 : 0;
    }
    if (page < 0) {
      index = chunks.size();
      addChunk();
      page = 1;
    }
    Chunk chunk = chunks.get(index);
    // a new chunk is found at the step of the one before it
    int steps = page == 1 && chunk.freePages == PAGES - 1 ? index - 1 : index;
    if (steps > UNMOVED_STEPS && pages < MOVING_PAGES) {
      moveToHead(index);
    }
    chunk.take(page, pages);
    writeHeader(chunk);
    return chunk.base + (long) page * PAGE;
  }

  private void moveToHead(int index) {
    writeHeader(chunks.get(index - 1));
    writeHeader(chunks.get((index + 1) % chunks.size()));
    chunks.add(1, chunks.remove(index));
    writeHeader(chunks.get(0));
    writeHeader(chunks.get(2));
  }

  /** Frees pages; a chunk that is then empty goes, unless it is the main one. */
  void free(long address, int pages) {
    Chunk chunk = chunkOf(address);
    writeHeader(chunk);
    chunk.release((int) ((address - chunk.base) / PAGE), pages);
    if (chunk.base != MAIN && chunk.freePages == PAGES - 1) {
      remove(chunk);
    }
  }

  /** Grows a run where it lies; false if the pages behind it are taken. */
  boolean extend(long address, int oldPages, int newPages) {
    Chunk chunk = chunkOf(address);
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
    long base = mapped.mapAligned(bytes, CHUNK);
    memory.map(Region.anonymous("[zend huge]", RegionKind.ANONYMOUS, base, bytes));
    own.add(base);
    return base;
  }

  /**
   * Grows a huge block where it lies, if nothing is mapped behind it: mremap without moving. The
   * region is made anew and its used bytes written again, which tells no difference for a block of
   * this process; one that another process made is left to be moved.
   */
  boolean extendHuge(long address, long oldBytes, long newBytes, long usedBytes, Cause cause) {
    if (newBytes < oldBytes || !own.contains(address) || !mapped.extend(address, newBytes)) {
      return false;
    }
    memory.unmap(address, oldBytes);
    memory.map(Region.anonymous("[zend huge]", RegionKind.ANONYMOUS, address, newBytes));
    memory.sink(cause).writeRange(address, usedBytes);
    return true;
  }

  /** Unmaps a block that {@link #mapHuge} mapped. */
  void unmapHuge(long address, long bytes) {
    own.remove(address);
    mapped.unmap(address, bytes);
    memory.unmap(address, bytes);
  }

  private void addChunk() {
    Chunk chunk;
    if (cached.isEmpty()) {
      long base = mapped.mapAligned(CHUNK, CHUNK);
      memory.map(Region.anonymous("[zend chunk]", RegionKind.ANONYMOUS, base, CHUNK));
      chunk = new Chunk(base);
    } else {
      chunk = cached.pop();
    }
    if (!chunks.isEmpty()) {
      writeHeader(chunks.get(0)); // prev and next of the neighbours
      writeHeader(chunks.get(chunks.size() - 1));
    }
    enter(chunk);
    writeHeader(chunk);
  }

  /** zend_mm_delete_chunk; avg_chunks_count is 1.0 until a request ends. */
  private void remove(Chunk chunk) {
    int index = chunks.indexOf(chunk);
    writeHeader(chunks.get(index - 1));
    writeHeader(chunks.get((index + 1) % chunks.size()));
    chunks.remove(index);
    byNumber.remove(chunk.base / CHUNK);
    boolean keeps =
        chunks.size() + cached.size() <= 1
            || (chunks.size() == deleteBoundary && deleteCount >= DELETED_BEFORE_KEPT);
    if (keeps) {
      cached.push(new Chunk(chunk.base));
      return;
    }
    if (cached.isEmpty()) {
      deleteCount = chunks.size() == deleteBoundary ? deleteCount + 1 : 0;
      deleteBoundary = chunks.size();
    }
    mapped.unmap(chunk.base, CHUNK);
    memory.unmap(chunk.base, CHUNK);
  }

  private Chunk chunkOf(long address) {
    Chunk chunk = byNumber.get(address / CHUNK);
    if (chunk == null) {
      throw new IllegalArgumentException("no chunk holds 0x" + Long.toHexString(address));
    }
    return chunk;
  }

  private void writeHeader(Chunk chunk) {
    bookkeeping.write(chunk.base, 8);
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
