package io.forkscope.core.verdict;

import io.forkscope.core.memory.PageSize;
import io.forkscope.core.placement.PlacedActions;
import java.util.ArrayList;
import java.util.List;

/**
 * The class of the objects that were first written to each page after the fork, where the recording
 * names it. Names are data: they may hold anything.
 */
final class ObjectKinds {

  private final PageKinds kinds;
  private final List<String> names;

  private ObjectKinds(PageKinds kinds, List<String> names) {
    this.kinds = kinds;
    this.names = names;
  }

  /** The kinds of a placed recording; its actions are in order of time, so the first one counts. */
  static ObjectKinds of(PlacedActions actions) {
    PageKinds kinds = new PageKinds();
    for (int row = 0; row < actions.rows(); row++) {
      if (actions.kind(row) > 0) {
        long first = actions.address(row) / PageSize.BASE_BYTES;
        long pages = pagesOf(actions, row);
        for (long page = first; page < first + pages; page++) {
          kinds.putIfAbsent(page, actions.kind(row));
        }
      }
    }
    return new ObjectKinds(kinds, actions.objectKinds());
  }

  private static long pagesOf(PlacedActions actions, int row) {
    long first = actions.address(row) / PageSize.BASE_BYTES;
    long last = (actions.address(row) + actions.bytes(row) - 1) / PageSize.BASE_BYTES;
    return last - first + 1;
  }

  /** The same map, its broken runs cut where the kind changes. */
  PageMap on(PageMap map) {
    if (kinds.isEmpty()) {
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
    return kinds.get(page);
  }

  /** A map from page to kind with open addressing: 12 bytes a slot, no object a page. */
  private static final class PageKinds {
    private long[] pages = new long[1024];
    private int[] kinds = new int[1024];
    private int used;

    boolean isEmpty() {
      return used == 0;
    }

    int get(long page) {
      return kinds[slot(page)];
    }

    void putIfAbsent(long page, int kind) {
      int slot = slot(page);
      if (kinds[slot] != 0) {
        return;
      }
      pages[slot] = page;
      kinds[slot] = kind;
      if (++used > pages.length / 2) {
        grow();
      }
    }

    /** Where a page stands, or the free slot where it would. */
    private int slot(long page) {
      int mask = pages.length - 1;
      int slot = (int) ((page * 0x9E3779B97F4A7C15L) >>> 32) & mask;
      while (kinds[slot] != 0 && pages[slot] != page) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private void grow() {
      long[] oldPages = pages;
      int[] oldKinds = kinds;
      pages = new long[2 * oldPages.length];
      kinds = new int[2 * oldPages.length];
      for (int i = 0; i < oldPages.length; i++) {
        if (oldKinds[i] != 0) {
          int slot = slot(oldPages[i]);
          pages[slot] = oldPages[i];
          kinds[slot] = oldKinds[i];
        }
      }
    }
  }
}
