package io.forkscope.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * A region as it was mapped, with what its pages are. It stays the same when {@code munmap} cuts
 * the region or a fork copies it.
 */
final class Origin {
  final Region region;

  /** Address of page index 0: the region's address rounded down to a leaf. */
  final long base;

  /** From an address to an index of what breaks at once: a base page, or a whole huge page. */
  final int shift;

  /** Words of a set of these indices. */
  final int words;

  /** Whether a write copies the whole huge page. */
  final boolean whole;

  /** Base pages that the first write makes resident. */
  final int folioPages;

  /** The page cache, or the shared memory, behind it; null for private anonymous memory. */
  final @Nullable Backing backing;

  Origin(Region region, KernelRules rules) {
    this.region = region;
    base = region.address() & -PageTable.LEAF_BYTES;
    whole = rules.copiesWhole(region.pageSize());
    shift = whole ? PageTable.LEAF_SHIFT : 12;
    long indices = ((region.end() - 1 - base) >>> shift) + 1;
    if (indices > Integer.MAX_VALUE - Leaf.PAGES) {
      throw new IllegalArgumentException(
          region.name() + ": " + region.bytes() + " bytes are more pages than an index can name");
    }
    words = (int) ((indices + 63) >>> 6);
    folioPages = region.fileBacked() ? 1 : region.pageSize().bytes() / PageSize.BASE_BYTES;
    if (region.shared()) {
      backing = new Backing(Leaf.Kind.SHARED, region);
    } else {
      backing = region.fileBacked() ? new Backing(Leaf.Kind.PAGE_CACHE, region) : null;
    }
  }

  /** Base pages of one index. */
  int pagesAnIndex() {
    return whole ? Leaf.PAGES : 1;
  }
}
