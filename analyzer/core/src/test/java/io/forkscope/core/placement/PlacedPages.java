package io.forkscope.core.placement;

import java.util.BitSet;
import java.util.SplittableRandom;

/** Counts pages of a placed activity with nothing but bit sets: resident, broken, grown. */
final class PlacedPages {

  final BitSet resident = new BitSet();
  final BitSet written = new BitSet();
  final long base;

  PlacedPages(PlacedActivity activity, long untilNanos) {
    base = activity.regions().get(0).region().address();
    for (PlacedRegion region : activity.regions()) {
      for (PageRuns.Run run : region.resident().runs()) {
        resident.set(page(run.address()), page(run.end()));
      }
    }
    SplittableRandom random = new SplittableRandom(1);
    PlacedActions actions = activity.actions();
    for (int row = 0; row < actions.rows() && actions.nanos(row) <= untilNanos; row++) {
      long address = actions.address(row);
      long end = address + actions.bytes(row);
      switch (actions.action(row)) {
        case FORWARDING -> {
          for (long i = 0; i < actions.objects(row); i++) {
            written.set(page(random.nextLong(address, end)));
          }
        }
        case GIVE_BACK -> written.clear(page(address), page(end - 1) + 1);
        default -> written.set(page(address), page(end - 1) + 1);
      }
    }
  }

  private int page(long address) {
    return Math.toIntExact((address - base) / 4096);
  }

  int broken() {
    BitSet both = (BitSet) resident.clone();
    both.and(written);
    return both.cardinality();
  }

  int grown() {
    BitSet only = (BitSet) written.clone();
    only.andNot(resident);
    return only.cardinality();
  }
}
