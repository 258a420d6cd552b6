package io.forkscope.core.verdict;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.placement.PlacedActions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The class of the objects that were first written to each page after the fork, where the recording
 * names it. Names are data: they may hold anything.
 */
final class ObjectKinds {

  private final long[] pages;
  private final int[] kinds;
  private final List<String> names;

  private ObjectKinds(long[] pages, int[] kinds, List<String> names) {
    this.pages = pages;
    this.kinds = kinds;
    this.names = names;
  }

  /** The kinds of a placed recording. */
  static ObjectKinds of(PlacedActions actions) {
    int count = 0;
    for (int row = 0; row < actions.rows(); row++) {
      count += actions.kind(row) > 0 ? Math.toIntExact(pagesOf(actions, row)) : 0;
    }
    // Page and order packed into one key: the first writer of a page sorts first.
    long[][] keys = new long[count][];
    int at = 0;
    for (int row = 0; row < actions.rows(); row++) {
      if (actions.kind(row) > 0) {
        long first = actions.address(row) / PageSize.BASE_BYTES;
        for (long page = 0; page < pagesOf(actions, row); page++) {
          keys[at++] = new long[] {first + page, row};
        }
      }
    }
    Arrays.sort(keys, (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
    long[] pages = new long[count];
    int[] kinds = new int[count];
    int kept = 0;
    for (long[] key : keys) {
      if (kept == 0 || pages[kept - 1] != key[0]) {
        pages[kept] = key[0];
        kinds[kept++] = actions.kind((int) key[1]);
      }
    }
    return new ObjectKinds(
        Arrays.copyOf(pages, kept), Arrays.copyOf(kinds, kept), actions.objectKinds());
  }

  private static long pagesOf(PlacedActions actions, int row) {
    long first = actions.address(row) / PageSize.BASE_BYTES;
    long last = (actions.address(row) + actions.bytes(row) - 1) / PageSize.BASE_BYTES;
    return last - first + 1;
  }

  /** The same map, its broken runs cut where the kind changes. */
  PageMap on(PageMap map) {
    if (pages.length == 0) {
      return map;
    }
    List<PageMap.Run> runs = new ArrayList<>();
    for (PageMap.Run run : map.runs()) {
      if (run.cause() < 0) {
        runs.add(run);
      } else {
        cut(run, runs);
      }
    }
    return new PageMap(map.regionNames(), map.causeIds(), names, runs);
  }

  private void cut(PageMap.Run run, List<PageMap.Run> runs) {
    long first = run.address() / PageSize.BASE_BYTES;
    long end = first + run.pages();
    long from = first;
    int kind = kindOf(first);
    for (long page = first + 1; page <= end; page++) {
      int next = page == end ? -1 : kindOf(page);
      if (next != kind) {
        runs.add(
            new PageMap.Run(
                from * PageSize.BASE_BYTES,
                page - from,
                run.region(),
                run.cause(),
                run.epoch(),
                kind));
        from = page;
        kind = next;
      }
    }
  }

  private int kindOf(long page) {
    int at = Arrays.binarySearch(pages, page);
    return at < 0 ? 0 : kinds[at];
  }
}
