package io.forkscope.core.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is to blame for the pages that one process broke in its window. A live view: each question is
 * answered for the moment it is asked.
 *
 * <p>A page is <em>broken</em> if it was resident in a private mapping at the fork, was written
 * since, and was not given back. The sets behind the answers are exact, so {@link #brokenWithout}
 * equals a run in which those causes do not write.
 */
public final class Attribution {
  private final CowSpace space;
  private final Collection<RegionTrace> traces;

  Attribution(CowSpace space, Collection<RegionTrace> traces) {
    this.space = space;
    this.traces = traces;
  }

  /** Broken pages; takes no longer for many pages. */
  public long brokenPages() {
    space.settle();
    long broken = 0;
    for (RegionTrace trace : traces) {
      broken += trace.brokenCount * trace.origin.pagesAnIndex();
    }
    return broken;
  }

  /** Broken pages whose first write came from a cause; takes no longer for many pages. */
  public long brokeFirst(Cause cause) {
    space.settle();
    int index = space.causes().indexOf(cause);
    long broken = 0;
    for (RegionTrace trace : traces) {
      CauseTrace of = index < 0 || index >= trace.causes().length ? null : trace.causes()[index];
      broken += of == null ? 0 : of.brokeFirst * trace.origin.pagesAnIndex();
    }
    return broken;
  }

  /** Every cause that has written in the window, in the order of {@link CowSpace#causes}. */
  public List<CauseCount> causes() {
    space.settle();
    int count = space.causes().size();
    long[][] sums = new long[5][count];
    boolean[] wrote = new boolean[count];
    for (RegionTrace trace : traces) {
      add(trace, sums, wrote);
    }
    List<CauseCount> counts = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      if (wrote[c]) {
        counts.add(
            new CauseCount(
                space.causes().get(c), sums[0][c], sums[1][c], sums[2][c], sums[3][c], sums[4][c]));
      }
    }
    return counts;
  }

  /** Pages that would be broken if some causes had not written: an exact counterfactual. */
  public long brokenWithout(Set<Cause> absent) {
    space.settle();
    boolean[] ignored = new boolean[space.causes().size()];
    for (Cause cause : absent) {
      int index = space.causes().indexOf(cause);
      if (index >= 0) {
        ignored[index] = true;
      }
    }
    long broken = 0;
    for (RegionTrace trace : traces) {
      broken += brokenWithout(trace, ignored) * trace.origin.pagesAnIndex();
    }
    return broken;
  }

  /** The cause of the first write in the window to the page of an address. */
  public Optional<Cause> firstCauseOf(long address) {
    RegionTrace trace = writtenAt(address);
    return trace == null
        ? Optional.empty()
        : Optional.of(space.causes().get(trace.firstCause.get(index(trace, address))));
  }

  /** The epoch of the first write in the window to the page of an address, or -1. */
  public int epochOf(long address) {
    RegionTrace trace = writtenAt(address);
    return trace == null ? -1 : trace.epoch.get(index(trace, address));
  }

  private @Nullable RegionTrace writtenAt(long address) {
    space.settle();
    for (RegionTrace trace : traces) {
      if (trace.origin.region.contains(address) && trace.written.contains(index(trace, address))) {
        return trace;
      }
    }
    return null;
  }

  private static int index(RegionTrace trace, long address) {
    return (int) ((address - trace.origin.base) >>> trace.origin.shift);
  }

  private static void add(RegionTrace trace, long[][] sums, boolean[] wrote) {
    @Nullable CauseTrace[] causes = trace.causes();
    long pages = trace.origin.pagesAnIndex();
    for (int c = 0; c < causes.length; c++) {
      CauseTrace cause = causes[c];
      if (cause != null && cause.bytes != 0) {
        wrote[c] = true;
        if (!trace.origin.region.shared()) {
          sums[0][c] += cause.brokeFirst * pages;
          sums[4][c] += cause.bytes;
        }
      }
    }
    if (trace.origin.region.shared()) {
      return;
    }
    for (int word : trace.written.wordIndices()) {
      addWord(trace, word, sums);
    }
  }

  private static void addWord(RegionTrace trace, int word, long[][] sums) {
    @Nullable CauseTrace[] causes = trace.causes();
    long pages = trace.origin.pagesAnIndex();
    long broken = trace.broken(word);
    long once = 0;
    long again = 0;
    for (CauseTrace cause : causes) {
      long touched = cause == null ? 0 : cause.touched(word);
      again |= once & touched;
      once |= touched;
    }
    for (int c = 0; c < causes.length; c++) {
      CauseTrace cause = causes[c];
      if (cause != null) {
        long touched = cause.touched(word);
        sums[1][c] += Long.bitCount(touched & broken & ~again) * pages;
        sums[2][c] += Long.bitCount(touched & broken & again) * pages;
        sums[3][c] += Long.bitCount(touched) * pages;
      }
    }
  }

  private static long brokenWithout(RegionTrace trace, boolean[] ignored) {
    @Nullable CauseTrace[] causes = trace.causes();
    long broken = 0;
    for (int word : trace.written.wordIndices()) {
      long touched = 0;
      for (int c = 0; c < causes.length; c++) {
        CauseTrace cause = causes[c];
        touched |= cause == null || ignored[c] ? 0 : cause.touched(word);
      }
      broken += Long.bitCount(touched & trace.broken(word));
    }
    return broken;
  }
}
