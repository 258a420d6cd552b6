package io.forkscope.reports.html;

import io.forkscope.core.verdict.PageMap;
import java.util.ArrayList;
import java.util.List;

/**
 * One region of a page map in numbers.
 *
 * @param region index
 * @param pages resident at the fork
 * @param brokenPages of those, broken
 * @param mostFrequentCause index of the cause that broke most, or -1 for none
 * @param longestSharedPages longest unbroken stretch without a hole
 * @param stretches how many stretches of broken pages there are: many mean scattered writes
 */
record PageMapSummary(
    int region,
    long pages,
    long brokenPages,
    int mostFrequentCause,
    long longestSharedPages,
    long stretches) {

  private static final int PAGE_BYTES = 4096;

  /** One summary a region that has pages, in the order of the regions. */
  static List<PageMapSummary> of(PageMap map) {
    List<Counter> counters = new ArrayList<>();
    for (int i = 0; i < map.regionNames().size(); i++) {
      counters.add(new Counter(map.causeIds().size()));
    }
    for (PageMap.Run run : map.runs()) {
      counters.get(run.region()).add(run);
    }
    List<PageMapSummary> summaries = new ArrayList<>();
    for (int i = 0; i < counters.size(); i++) {
      if (counters.get(i).pages > 0) {
        summaries.add(counters.get(i).summary(i));
      }
    }
    return summaries;
  }

  private static final class Counter {
    private final long[] byCause;
    private long pages;
    private long broken;
    private long stretches;
    private long shared;
    private long longestShared;
    private long lastEnd = -1;
    private boolean lastBroken;

    Counter(int causes) {
      byCause = new long[causes];
    }

    void add(PageMap.Run run) {
      boolean adjacent = run.address() == lastEnd;
      boolean isBroken = run.cause() >= 0;
      pages += run.pages();
      if (isBroken) {
        broken += run.pages();
        byCause[run.cause()] += run.pages();
        stretches += adjacent && lastBroken ? 0 : 1;
        shared = 0;
      } else {
        shared = adjacent && !lastBroken ? shared + run.pages() : run.pages();
        longestShared = Math.max(longestShared, shared);
      }
      lastEnd = run.address() + run.pages() * PAGE_BYTES;
      lastBroken = isBroken;
    }

    PageMapSummary summary(int region) {
      int most = -1;
      for (int i = 0; i < byCause.length; i++) {
        if (byCause[i] > (most < 0 ? 0 : byCause[most])) {
          most = i;
        }
      }
      return new PageMapSummary(region, pages, broken, most, longestShared, stretches);
    }
  }
}
