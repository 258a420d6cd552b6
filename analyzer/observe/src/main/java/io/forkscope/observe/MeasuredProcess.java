package io.forkscope.observe;

import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * One process that acted after the fork, or the workers that took one slot after another.
 *
 * @param name {@code parent} or {@code child k}, counted from 1
 * @param counts its pages at each of its marks; the first is right after the fork
 * @param starts for each of them, the pages right after the fork of the worker that reached it
 */
public record MeasuredProcess(String name, List<PageCount> counts, List<PageCount> starts) {

  /** Copies the lists. */
  public MeasuredProcess {
    counts = List.copyOf(counts);
    starts = List.copyOf(starts);
    if (counts.isEmpty() || counts.size() != starts.size()) {
      throw new IllegalArgumentException(
          counts.size() + " counts and " + starts.size() + " starts");
    }
  }

  /** One process. */
  MeasuredProcess(String name, List<PageCount> counts) {
    this(name, counts, Collections.nCopies(counts.size(), counts.get(0)));
  }

  /** Pages broken by fork itself, before any action. */
  public long forkPages() {
    return counts.get(0).brokenPages();
  }

  /** Pages broken by the actions up to a mark: 1 is the first mark after the fork's. */
  public long actionPages(int mark) {
    return since(mark, PageCount::brokenPages);
  }

  /** What has come to one of its counts since the start of the worker that reached a mark. */
  long since(int mark, ToLongFunction<PageCount> pages) {
    return pages.applyAsLong(counts.get(mark)) - pages.applyAsLong(starts.get(mark));
  }
}
