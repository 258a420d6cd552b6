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

  /** Words with pending pages while {@link #hot} is flat: one bit a word, then one a long. */
  private long @Nullable [] dirty;

  private long @Nullable [] dirtySummary;

  /** The same while it is sparse. */
  private int[] queue = {};

  private int queued;

  CauseTrace(RegionTrace region, int cause) {
    this.region = region;
    this.cause = cause;
    hot = new Bits(region.origin.words);
  }

  /** The flat words if the set is dense enough, made ready for {@link #mark}. */
  long @Nullable [] flat() {
    long[] flat = hot.flat;
    if (flat != null && dirty == null) {
      dirty = new long[(flat.length >> 6) + 1];
      dirtySummary = new long[(flat.length >> 12) + 1];
    }
    return flat;
  }

  /** Adds pages that the caller has seen to be new. */
  void add(int word, long mask) {
    hot.or(word, mask);
    if (flat() != null) {
      mark(word);
    } else {
      enqueue(word);
    }
  }

  /** Notes that a word of the flat set has new pages. */
  void mark(int word) {
    long[] words = dirty;
    long[] summary = dirtySummary;
    if (words == null || summary == null) {
      throw new IllegalStateException("not flat");
    }
    words[word >>> 6] |= 1L << word;
    summary[word >>> 12] |= 1L << (word >>> 6);
  }

  private void enqueue(int word) {
    if (queued > 0 && queue[queued - 1] == word) {
      return;
    }
    if (queued == MOST_QUEUED) {
      region.process.settle(this);
    }
    if (queued == queue.length) {
      queue = Arrays.copyOf(queue, Math.max(8, queued * 2));
    }
    queue[queued++] = word;
  }

  /** Hands the words with pending pages to the region, and forgets them. */
  void drain() {
    for (int i = 0; i < queued; i++) {
      region.pending(this, queue[i]);
    }
    queued = 0;
    long[] words = dirty;
    long[] summary = dirtySummary;
    if (words == null || summary == null) {
      return;
    }
    for (int s = 0; s < summary.length; s++) {
      for (long rest = summary[s]; rest != 0; rest &= rest - 1) {
        int at = (s << 6) + Long.numberOfTrailingZeros(rest);
        long marked = words[at];
        words[at] = 0;
        for (int leaf = 0; leaf < Long.SIZE; leaf += Leaf.WORDS) {
          int octet = (int) (marked >>> leaf) & 0xFF;
          if (octet != 0) {
            region.pending(this, (at << 6) + leaf, octet);
          }
        }
      }
      summary[s] = 0;
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
    dirty = null;
    dirtySummary = null;
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
