package io.forkscope.core.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of base pages as runs: sorted, disjoint, not touching each other. Immutable.
 *
 * @param runs in address order
 */
public record PageRuns(List<Run> runs) {

  /** Bytes of a base page. */
  static final long PAGE = io.forkscope.core.memory.PageSize.BASE_BYTES;

  /**
   * Neighbouring pages.
   *
   * @param address of the first page
   * @param pages at least 1
   */
  public record Run(long address, long pages) {
    /** The first byte after the run. */
    public long end() {
      return address + pages * PAGE;
    }
  }

  /** Copies the list. */
  public PageRuns {
    runs = List.copyOf(runs);
  }

  /** No page. */
  public static PageRuns none() {
    return new PageRuns(List.of());
  }

  /** How many pages there are. */
  public long pages() {
    return runs.stream().mapToLong(Run::pages).sum();
  }

  /** Those of them that lie in {@code [address, address + bytes)}. */
  public PageRuns within(long address, long bytes) {
    List<Run> inside = new ArrayList<>();
    for (Run run : runs) {
      long from = Math.max(run.address, address);
      long to = Math.min(run.end(), address + bytes);
      if (from < to) {
        inside.add(new Run(from, (to - from) / PAGE));
      }
    }
    return new PageRuns(inside);
  }

  /** Collects ranges of bytes in any order; every page that a range touches belongs to the set. */
  static final class Builder {
    private final List<Run> ranges = new ArrayList<>();

    void add(long address, long bytes) {
      if (bytes > 0) {
        long from = address / PAGE * PAGE;
        ranges.add(new Run(from, (address + bytes - from + PAGE - 1) / PAGE));
      }
    }

    void remove(long address, long bytes) {
      List<Run> kept = new ArrayList<>();
      for (Run run : ranges) {
        long left = Math.min(run.end(), address) - run.address();
        if (left > 0) {
          kept.add(new Run(run.address(), left / PAGE));
        }
        long from = Math.max(run.address(), address + bytes);
        if (run.end() > from) {
          kept.add(new Run(from, (run.end() - from) / PAGE));
        }
      }
      ranges.clear();
      ranges.addAll(kept);
    }

    PageRuns build() {
      List<Run> sorted = new ArrayList<>(ranges);
      sorted.sort(Comparator.comparingLong(Run::address));
      List<Run> joined = new ArrayList<>();
      for (Run run : sorted) {
        Run last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
        if (last != null && run.address() <= last.end()) {
          long end = Math.max(last.end(), run.end());
          joined.set(joined.size() - 1, new Run(last.address(), (end - last.address()) / PAGE));
        } else {
          joined.add(run);
        }
      }
      return new PageRuns(joined);
    }
  }
}
