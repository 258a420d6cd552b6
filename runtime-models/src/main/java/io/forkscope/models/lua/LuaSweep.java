package io.forkscope.models.lua;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.models.allocator.BlockRuns;
import io.forkscope.models.allocator.GlibcHeap;
import java.util.function.LongConsumer;

/**
 * What a sweep does to a population: the headers of the living are written, the blocks of the dead
 * freed, from the newest to the oldest.
 *
 * <p>Source: Lua 5.4.4 lgc.c ({@code sweeplist}, {@code sweepgen}, {@code freeobj}); new objects
 * stand at the head of {@code allgc}.
 */
final class LuaSweep {

  private final WriteSink living;
  private final GlibcHeap heap;
  private final LuaStringTable strings;
  private final LongConsumer account;

  /**
   * The sweeps of one process.
   *
   * @param account is told the bytes that a sweep takes, negative as they are given back
   */
  LuaSweep(ProcessMemory memory, GlibcHeap heap, LuaStringTable strings, LongConsumer account) {
    this.living = memory.sink(LuaCauses.SWEEP);
    this.heap = heap;
    this.strings = strings;
    this.account = account;
  }

  /** Writes the living among the elements {@code [from, to)}, and frees the dead. */
  void elements(LuaPopulation population, long from, long to) {
    if (population.freed) {
      return;
    }
    if (population.dropped) {
      free(population, from, to, true);
      if (from == 0) {
        releaseTable(population);
      }
      return;
    }
    free(population, Math.max(from, population.condemnedFrom), to, false);
    population.touch(living, from, Math.min(to, population.count));
  }

  private void releaseTable(LuaPopulation population) {
    population.freed = true;
    if (population.header == 0) {
      return;
    }
    if (population.capacity > 0) {
      heap.free(population.table, population.tableBytes(population.capacity));
      account.accept(-population.tableBytes(population.capacity));
    }
    heap.free(population.header, LuaSizes.TABLE_BYTES);
    account.accept(-LuaSizes.TABLE_BYTES);
  }

  /** Frees blocks from the newest to the oldest, all or those that died with their making. */
  private void free(LuaPopulation population, long from, long to, boolean all) {
    if (heap.isChunkByChunk()) {
      for (long element = to - 1; element >= from; element--) {
        freeElement(population, element, all);
      }
      return;
    }
    for (long end = to; end > from; ) {
      long start = from;
      int digits = population.digits(end - 1);
      while (population.digitsEnd(start) < end) {
        start = population.digitsEnd(start);
      }
      for (int role = 0; role < population.blocks.length; role++) {
        if (all || population.dies(role)) {
          freeRole(population, role, Math.max(start, from), end, digits);
        }
      }
      end = start;
    }
  }

  /** As a sweep meets its blocks: from the one that was made last on. */
  void freeElement(LuaPopulation population, long element, boolean all) {
    for (int role = population.blocks.length - 1; role >= 0; role--) {
      if (all || population.dies(role)) {
        freeRole(population, role, element, element + 1, population.digits(element));
      }
    }
  }

  private void freeRole(LuaPopulation population, int role, long from, long to, int digits) {
    boolean dies = population.dies(role);
    BlockRuns blocks = dies ? population.condemned[role] : population.blocks[role];
    long base = dies ? population.condemnedFrom : 0;
    long first = Math.max(from, base);
    long last = Math.min(to, base + blocks.count());
    long own = Math.max(first, population.ownsAllFrom(role));
    if (own < last) {
      freeBlocks(population, role, blocks, own - base, last - base, digits);
    }
    for (long element = Math.min(own, last) - 1; element >= first; element--) {
      if (population.owns(role, element)) {
        freeBlocks(population, role, blocks, element - base, element - base + 1, digits);
      }
    }
  }

  private void freeBlocks(
      LuaPopulation population, int role, BlockRuns blocks, long first, long last, int digits) {
    LuaNode.Role kind = population.roles.get(role);
    int bytes = kind.size().bytes(digits);
    heap.freeEach(blocks, first, last, bytes, true);
    account.accept(-bytes * (last - first));
    if (kind.interned(digits)) {
      strings.leave(last - first);
    }
  }

  /** Frees what was thinned out of a population: every block but each k-th. */
  void freeBlocks(BlockRuns blocks, LuaNode.Role role, int digits) {
    int bytes = role.size().bytes(digits);
    heap.freeEach(blocks, 0, blocks.count(), bytes, true);
    account.accept(-bytes * blocks.count());
    if (role.interned(digits)) {
      strings.leave(blocks.count());
    }
  }
}
