package io.forkscope.core.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one origin that one cause has written in one process.
 *
 * <p>Writing only sets bits here. What the writes did, faults and attribution, is worked out 512
 * pages at a time when somebody else acts or asks: until then all pending writes have one process,
 * one cause and one epoch, so that their order makes no difference. A bit that is already set means
 * that the write changes nothing; bits are cleared when a fork or a drop makes writes fault again.
 */
final class CauseTrace {
  private static final int MOST_QUEUED = 1024;

  final RegionTrace region;
  final int cause;

  /** Pages written since the last fork of the process; a repeated write to them is nothing new. */
  Bits hot;

  /** Pages written in the window but before the last fork. */
  private @Nullable Bits carried;

  /** Bytes of all writes in the window. */
  long bytes;

  /** Inherited pages whose first write in the window came from this cause, in indices. */
  long brokeFirst;

  /** Leaves in which {@link #markEach} may have left pending pages, while the set is flat. */
  private byte @Nullable [] leaves;

  private boolean leavesMarked;

  /** Writes noted by {@link #markEach} and not worked out yet. */
  private int pendingWrites;

  /** Whether they may have left pending pages in any leaf. */
  private boolean everywhere;

  /** Whether the space settles it although another trace is active: its process builds. */
  boolean waiting;

  /** Words with other pending pages. */
  private int[] queue = {};

  private int queued;

  CauseTrace(RegionTrace region, int cause) {
    this.region = region;
    this.cause = cause;
    hot = new Bits(region.origin.words);
  }

  /** Adds pages that the caller has seen to be new. */
  void add(int word, long mask) {
    hot.or(word, mask);
    enqueue(word);
  }

  /**
   * Adds the first page of each write that lies in a mapping to the flat set, in one pass without
   * branches. Sets without testing: a branch on whether a random page is new costs more than the
   * store it saves. Once more writes are pending than the set has words, all of its leaves are
   * looked through instead of noting some.
   *
   * @param start of the mapping
   * @param span its bytes
   * @param spare a page that is written anyway, and stands for those outside
   * @return whether every write lay in the mapping and on one page
   */
  boolean markEach(
      long[] flat,
      long[] addresses,
      int from,
      int to,
      int bytes,
      long start,
      long span,
      int spare) {
    int shift = region.origin.shift;
    int first = (int) ((start - region.origin.base) >>> shift);
    long pages = span >>> shift;
    long mask = (1L << shift) - 1;
    if (everywhere) {
      return setEach(flat, addresses, from, to, bytes - 1L, start, pages, mask, first, spare);
    }
    pendingWrites += to - from;
    everywhere = pendingWrites > flat.length;
    byte[] marks = leaves(flat);
    long beyond = 0;
    long outside = 0;
    for (int i = from; i < to; i++) {
      long offset = addresses[i] - start;
      long page = offset >>> shift;
      beyond |= (offset & mask) + bytes - 1;
      outside |= pages - 1 - page;
      int index = page < pages ? first + (int) page : spare;
      flat[index >>> 6] |= 1L << index;
      marks[index >>> 9] = 1;
    }
    return outside >= 0 && beyond <= mask;
  }

  private boolean setEach(
      long[] flat,
      long[] addresses,
      int from,
      int to,
      long tail,
      long start,
      long pages,
      long mask,
      int first,
      int spare) {
    int shift = region.origin.shift;
    long beyond = tail;
    long outside = 0;
    for (int i = from; i < to; i++) {
      long offset = addresses[i] - start;
      long page = offset >>> shift;
      beyond |= (offset & mask) + tail;
      outside |= pages - 1 - page;
      int index = page < pages ? first + (int) page : spare;
      flat[index >>> 6] |= 1L << index;
    }
    return outside >= 0 && beyond <= mask;
  }

  /** Many pending words are cheaper to work out by leaves. */
  private void queueToLeaves(long[] flat) {
    byte[] marks = leaves(flat);
    for (int i = 0; i < queued; i++) {
      marks[queue[i] / Leaf.WORDS] = 1;
    }
    queued = 0;
  }

  private byte[] leaves(long[] flat) {
    leavesMarked = true;
    byte[] marks = leaves;
    if (marks == null) {
      marks = new byte[(flat.length + Leaf.WORDS - 1) / Leaf.WORDS];
      leaves = marks;
    }
    return marks;
  }

  private void enqueue(int word) {
    if (queued > 0 && queue[queued - 1] == word) {
      return;
    }
    if (queued == MOST_QUEUED) {
      long[] flat = hot.flat;
      if (flat == null) {
        region.process.settle(this);
      } else {
        queueToLeaves(flat);
      }
    }
    if (queued == queue.length) {
      queue = Arrays.copyOf(queue, Math.max(8, queued * 2));
    }
    queue[queued++] = word;
  }

  /** Hands the words with pending pages to the region, and forgets them. */
  void drain() {
    waiting = false;
    for (int i = 0; i < queued; i++) {
      region.pending(this, queue[i]);
    }
    queued = 0;
    byte[] marks = leaves;
    if (marks == null || !leavesMarked) {
      return;
    }
    boolean all = everywhere;
    leavesMarked = false;
    everywhere = false;
    pendingWrites = 0;
    for (int leaf = 0; leaf < marks.length; leaf++) {
      if (all || marks[leaf] != 0) {
        marks[leaf] = 0;
        int first = leaf * Leaf.WORDS;
        region.pending(this, first, 0xFF >>> Math.max(0, first + Leaf.WORDS - hot.words()));
      }
    }
  }

  /** Pages of a word written in the window. */
  long touched(int word) {
    Bits before = carried;
    return hot.get(word) | (before == null ? 0 : before.get(word));
  }

  /** Makes every page fault again, but remembers that it was written. */
  void forked() {
    Bits before = carried;
    if (before == null) {
      carried = hot;
    } else {
      before.addAll(hot);
    }
    hot = new Bits(region.origin.words);
    leaves = null;
  }

  /** Forgets pages that were given back. */
  void forget(int word, long mask) {
    hot.clear(word, mask);
    Bits before = carried;
    if (before != null) {
      before.clear(word, mask);
    }
  }
}
