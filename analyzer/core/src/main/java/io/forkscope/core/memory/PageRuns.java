package io.forkscope.core.memory;

import org.jspecify.annotations.Nullable;

/** Walks the pages of a process and joins neighbours of equal state. */
final class PageRuns {
  private final PageTable pages;
  private final PageRunVisitor visitor;

  private long start;
  private long length;
  private int region;
  private @Nullable PageState state;
  private int cause;
  private int epoch;

  PageRuns(PageTable pages, PageRunVisitor visitor) {
    this.pages = pages;
    this.visitor = visitor;
  }

  void visit(Mapping mapping, int regionIndex, @Nullable RegionTrace trace) {
    region = regionIndex;
    Region mapped = mapping.region();
    long first = mapped.address() & -PageTable.LEAF_BYTES;
    for (long address = first; address < mapped.end(); address += PageTable.LEAF_BYTES) {
      Leaf leaf = pages.find(address);
      if (leaf == null && (trace == null || trace.droppedCount == 0)) {
        continue;
      }
      for (int word = 0; word < Leaf.WORDS; word++) {
        long clip = CowProcess.clip(address, word, mapped);
        if (clip != 0) {
          long present = leaf == null ? 0 : leaf.present(word) & clip;
          visitWord(address + ((long) word << 18), present, clip, trace);
        }
      }
    }
    flush();
  }

  private void visitWord(long address, long present, long clip, @Nullable RegionTrace trace) {
    if (trace == null) {
      visitAll(address, present, PageState.INHERITED);
      return;
    }
    Origin origin = trace.origin;
    if (origin.whole) {
      int index = (int) ((address - origin.base) >>> origin.shift);
      long bit = 1L << index;
      visitOne(address, index, Long.SIZE, state(trace, index >>> 6, bit, present != 0), trace);
      return;
    }
    int word = (int) ((address - origin.base) >>> 18);
    long plain = present & ~trace.written.get(word) & ~trace.grown.get(word);
    if (plain == clip) {
      visitAll(address, plain, PageState.INHERITED);
      return;
    }
    for (long rest = clip; rest != 0; rest &= rest - 1) {
      int bit = Long.numberOfTrailingZeros(rest);
      long mask = rest & -rest;
      visitOne(
          address + ((long) bit << 12),
          (word << 6) + bit,
          1,
          state(trace, word, mask, (present & mask) != 0),
          trace);
    }
  }

  private static @Nullable PageState state(
      RegionTrace trace, int word, long mask, boolean present) {
    if (present) {
      if ((trace.grown.get(word) & mask) != 0) {
        return PageState.GROWN;
      }
      return (trace.broken(word) & mask) != 0 ? PageState.BROKEN : PageState.INHERITED;
    }
    return (trace.dropped.get(word) & mask) != 0 ? PageState.DROPPED : null;
  }

  private void visitOne(
      long address, int index, int count, @Nullable PageState pageState, RegionTrace trace) {
    if (pageState == null) {
      return;
    }
    boolean written = trace.written.contains(index);
    add(
        address,
        count,
        pageState,
        written ? trace.firstCause.get(index) : -1,
        written ? trace.epoch.get(index) : -1);
  }

  private void visitAll(long address, long mask, PageState pageState) {
    for (long rest = mask; rest != 0; ) {
      int from = Long.numberOfTrailingZeros(rest);
      int count = Long.numberOfTrailingZeros(~(rest >>> from));
      add(address + ((long) from << 12), count, pageState, -1, -1);
      rest = from + count == Long.SIZE ? 0 : rest & (-1L << (from + count));
    }
  }

  private void add(long address, int count, PageState pageState, int firstCause, int firstEpoch) {
    if (state == pageState
        && cause == firstCause
        && epoch == firstEpoch
        && start + (length << 12) == address) {
      length += count;
      return;
    }
    flush();
    start = address;
    length = count;
    state = pageState;
    cause = firstCause;
    epoch = firstEpoch;
  }

  private void flush() {
    PageState last = state;
    if (last != null) {
      visitor.run(start, length, region, last, cause, epoch);
    }
    state = null;
  }
}
