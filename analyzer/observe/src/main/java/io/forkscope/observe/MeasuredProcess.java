package io.forkscope.observe;

import java.util.List;

/**
 * One process that acted after the fork.
 *
 * @param name {@code parent} or {@code child k}, counted from 1
 * @param counts its pages at each of its marks; the first is right after the fork
 */
public record MeasuredProcess(String name, List<PageCount> counts) {

  /** Copies the list. */
  public MeasuredProcess {
    counts = List.copyOf(counts);
  }

  /** Pages broken by fork itself, before any action. */
  public long forkPages() {
    return counts.get(0).brokenPages();
  }

  /** Pages broken by the actions up to a mark: 1 is the first mark after the fork's. */
  public long actionPages(int mark) {
    return counts.get(mark).brokenPages() - forkPages();
  }
}
