package io.forkscope.core.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one process has done to the pages of one origin since its window began. Before the window,
 * while a zygote is built, it only passes writes on to the page table.
 */
final class RegionTrace {
  final CowProcess process;
  final Origin origin;

  private final boolean attributing;

  // Sets of pages by index; what breaks at once is one index.

  /** Written in the window and not given back since. */
  final Bits written;

  /** Resident now, but not at the fork, or given back since and not written again. */
  final Bits grown;

  /** Resident at the fork and given back since, and not written again. */
  final Bits dropped;

  final SlicedValues firstCause;
  final SlicedValues epoch;

  /** By cause index. */
  private @Nullable CauseTrace[] causes = {};

  long grownCount;
  long droppedCount;
  long brokenCount;

  RegionTrace(CowProcess process, Origin origin, boolean attributing) {
    this.process = process;
    this.origin = origin;
    this.attributing = attributing;
    written = new Bits(origin.words);
    grown = new Bits(origin.words);
    dropped = new Bits(origin.words);
    firstCause = new SlicedValues(origin.words);
    epoch = new SlicedValues(origin.words);
  }

  CauseTrace of(int cause) {
    if (cause >= causes.length) {
      causes = Arrays.copyOf(causes, cause + 1);
    }
    CauseTrace trace = causes[cause];
    if (trace == null) {
      trace = new CauseTrace(this, cause);
      causes[cause] = trace;
    }
    return trace;
  }

  /** By cause index; null for a cause that has not written here. */
  @Nullable CauseTrace[] causes() {
    return causes;
  }

  /** Whether another trace is of the same process, before its window begins. */
  boolean buildsWith(RegionTrace other) {
    return process == other.process && !attributing && !other.attributing;
  }

  /** Works out what the pending pages of one word did. */
  void pending(CauseTrace trace, int word) {
    pending(trace, word & -Leaf.WORDS, 1 << (word & (Leaf.WORDS - 1)));
  }

  /**
   * Works out what the pending pages of up to 8 words did.
   *
   * @param first a multiple of 8
   * @param octet one bit a word
   */
  void pending(CauseTrace trace, int first, int octet) {
    if (origin.whole) {
      for (int rest = octet; rest != 0; rest &= rest - 1) {
        pendingWhole(trace, first + Integer.numberOfTrailingZeros(rest));
      }
      return;
    }
    long[] request = process.space().handler().request;
    long[] filled = process.space().handler().filled;
    for (int i = 0; i < Leaf.WORDS; i++) {
      request[i] = (octet >>> i & 1) == 0 ? 0 : trace.hot.get(first + i);
    }
    process.fault(origin, addressOf(first));
    if (!attributing) {
      return;
    }
    for (int i = 0; i < Leaf.WORDS; i++) {
      if ((request[i] | filled[i]) != 0) {
        record(trace, first + i, request[i], filled[i]);
      }
    }
  }

  private void pendingWhole(CauseTrace trace, int word) {
    long mask = trace.hot.get(word);
    long[] filled = process.space().handler().filled;
    Arrays.fill(process.space().handler().request, -1L);
    long filledIndices = 0;
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      int index = (word << 6) + Long.numberOfTrailingZeros(rest);
      long address = origin.base + ((long) index << PageTable.LEAF_SHIFT);
      process.fault(origin, address);
      filledIndices |= filled[0] == 0 ? 0 : rest & -rest;
    }
    if (attributing) {
      record(trace, word, mask, filledIndices);
    }
  }

  private void record(CauseTrace trace, int word, long mask, long filledPages) {
    if (filledPages != 0) {
      grown.or(word, filledPages);
      grownCount += Long.bitCount(filledPages);
    }
    long fresh = mask & ~written.get(word);
    if (fresh == 0) {
      return;
    }
    written.or(word, fresh);
    firstCause.set(word, fresh, trace.cause);
    epoch.set(word, fresh, process.space().epoch());
    if (!origin.region.shared()) {
      writtenAgain(word, fresh & dropped.get(word));
      int broke = Long.bitCount(fresh & ~grown.get(word) & ~dropped.get(word));
      brokenCount += broke;
      trace.brokeFirst += broke;
    }
  }

  /** Pages of the fork that were given back: what stands there now is this process's own. */
  private void writtenAgain(int word, long mask) {
    if (mask != 0) {
      droppedCount -= Long.bitCount(mask);
      dropped.clear(word, mask);
      grownCount -= Long.bitCount(mask & grown.get(word));
      grown.clear(word, mask);
    }
  }

  /** Whether pages given back here may be written again in a later region. */
  boolean mayHandOver(Origin later) {
    Region here = origin.region;
    return !origin.whole
        && !here.shared()
        && here.address() < later.region.end()
        && later.region.address() < here.end();
  }

  /** Gives the pages dropped at the addresses of a later region, all of base pages, to it. */
  void handOverDropped(RegionTrace later) {
    for (int word : dropped.wordIndices()) {
      long leaf = addressOf(word & -Leaf.WORDS);
      int inLeaf = word & (Leaf.WORDS - 1);
      long mask = dropped.get(word) & CowProcess.clip(leaf, inLeaf, later.origin.region);
      if (mask != 0) {
        droppedCount -= Long.bitCount(mask);
        dropped.clear(word, mask);
        later.droppedCount += Long.bitCount(mask);
        later.dropped.or((int) ((leaf - later.origin.base) >>> 18) + inLeaf, mask);
      }
    }
  }

  /** Notes pages that a read made resident. */
  void mapped(int word, long mask) {
    if (attributing && mask != 0) {
      grown.or(word, mask);
      grownCount += Long.bitCount(mask);
    }
  }

  /** Pages of a word that count as broken. */
  long broken(int word) {
    return origin.region.shared() ? 0 : written.get(word) & ~grown.get(word) & ~dropped.get(word);
  }

  /** Notes that resident pages were given back: from here on they are new to everybody. */
  void drop(int word, long mask) {
    for (CauseTrace trace : causes) {
      if (trace == null) {
        continue;
      }
      if (attributing) {
        long first = firstCause.pagesWith(word, mask & broken(word), trace.cause);
        trace.brokeFirst -= Long.bitCount(first);
      }
      trace.forget(word, mask);
    }
    if (!attributing) {
      return;
    }
    brokenCount -= Long.bitCount(mask & broken(word));
    long inherited = mask & ~grown.get(word) & ~dropped.get(word);
    droppedCount += Long.bitCount(inherited);
    dropped.or(word, inherited);
    grownCount -= Long.bitCount(mask & grown.get(word));
    grown.clear(word, mask);
    written.clear(word, mask);
    firstCause.clear(word, mask);
    epoch.clear(word, mask);
  }

  /** Makes every page fault again: the process has forked, or begins its window. */
  void forked() {
    for (CauseTrace trace : causes) {
      if (trace != null) {
        trace.forked();
      }
    }
  }

  private long addressOf(int word) {
    return origin.base + ((long) word << 18);
  }
}
