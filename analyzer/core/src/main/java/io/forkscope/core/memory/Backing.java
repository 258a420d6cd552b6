package io.forkscope.core.memory;

import org.jspecify.annotations.Nullable;

/** The pages of a file or of shared memory, which processes map but do not own. */
final class Backing {
  private final Leaf.Kind kind;
  private final long base;
  private final int leaves;
  private @Nullable Leaf @Nullable [] homes;

  Backing(Leaf.Kind kind, Region region) {
    this.kind = kind;
    base = region.address() & -PageTable.LEAF_BYTES;
    leaves = Math.toIntExact((region.end() - 1 - base) / PageTable.LEAF_BYTES + 1);
  }

  /** The home of the pages at an address. */
  Leaf home(long address) {
    @Nullable Leaf[] all = homes;
    if (all == null) {
      all = new Leaf[leaves];
      homes = all;
    }
    int index = (int) ((address - base) >>> PageTable.LEAF_SHIFT);
    Leaf home = all[index];
    if (home == null) {
      home = Leaf.backing(kind);
      all[index] = home;
    }
    return home;
  }
}
