package io.forkscope.reports.html;

import io.forkscope.core.verdict.PageMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
      counters.add(new Counter());
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
    // sparse: regions times causes may be many
    private final Map<Integer, Long> byCause = new TreeMap<>();
    private long pages;
    private long broken;
    private long stretches;
    private long shared;
    private long longestShared;
    private long lastEnd = -1;
    private boolean lastBroken;

    void add(PageMap.Run run) {
      boolean adjacent = run.address() == lastEnd;
      boolean isBroken = run.cause() >= 0;
      pages += run.pages();
      if (isBroken) {
        broken += run.pages();
        byCause.merge(run.cause(), run.pages(), Long::sum);
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
      long mostPages = 0;
      for (Map.Entry<Integer, Long> cause : byCause.entrySet()) {
        if (cause.getValue() > mostPages) {
          most = cause.getKey();
          mostPages = cause.getValue();
        }
      }
      return new PageMapSummary(region, pages, broken, most, longestShared, stretches);
    }
  }
}
