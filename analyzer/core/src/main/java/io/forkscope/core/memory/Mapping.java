package io.forkscope.core.memory;

/**
 * A VMA of a process: what is left of an origin. Immutable, shared between processes.
 *
 * @param region the part that is mapped
 * @param origin what it was cut from
 * @param anonymous whether a private page was ever made in it, so that fork copies its page table
 *     (anon_vma: Linux 6.18 mm/memory.c, vma_needs_copy)
 */
record Mapping(Region region, Origin origin, boolean anonymous) {

  /** The part of it in {@code [from, to)}. */
  Mapping part(long from, long to) {
    Region r = region;
    Region cut =
        new Region(
            r.name(),
            r.kind(),
            from,
            to - from,
            r.pageSize(),
            r.shared(),
            r.fileBacked(),
            r.writable());
    return new Mapping(cut, origin, anonymous);
  }

  /** The same with private pages in it. */
  Mapping withAnonymousPages() {
    return new Mapping(region, origin, true);
  }
}
