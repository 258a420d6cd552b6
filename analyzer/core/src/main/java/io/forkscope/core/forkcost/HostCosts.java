package io.forkscope.core.forkcost;

import io.forkscope.core.memory.PageSize;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What forks cost on one host.
 *
 * @param host what the costs were measured on, one line
 * @param calibrated whether they were measured on the user's own host by forkscope calibrate
 * @param fixedNanos until fork returns in a parent that holds next to nothing
 * @param mappingNanos more for each further mapping
 * @param execNanos from the return of fork until its child has exec'd a small program
 * @param vforkExecNanos until vfork returns in the parent, the child having exec'd
 * @param posixSpawnNanos until posix_spawn returns
 * @param spread how far forks of equal memory lie from these costs, in the mean: 0.2 is a fifth
 * @param pages by page size; a size that was not measured is absent
 */
public record HostCosts(
    String host,
    boolean calibrated,
    double fixedNanos,
    double mappingNanos,
    double execNanos,
    double vforkExecNanos,
    double posixSpawnNanos,
    double spread,
    Map<PageSize, PageCosts> pages) {

  /**
   * Measured by us on Linux 6.18, x86-64, virtual, two processors: medians of fork at 0.25 to 8 GiB
   * with base pages (19.0 to 25.5 ms a GiB), at 1 and 8 GiB with 64 KiB folios (18.9 and 15.1) and
   * THP (0.66 and 0.94); write faults over 256 MiB. The memory was written once before many forks;
   * that the first of them takes no longer is assumed. The part of a mapping was not measured and
   * counts as nothing; exec's part is that of vfork and exec.
   */
  public static final HostCosts PUBLISHED =
      new HostCosts(
          "published: Linux 6.18, x86-64, another host",
          false,
          102_000,
          0,
          75_000,
          75_000,
          151_000,
          0,
          Map.of(
              PageSize.BASE_4K, published(22.7e6 / (1 << 18)),
              PageSize.FOLIO_64K, published(17.0e6 / (1 << 14)),
              PageSize.THP_2M, published(0.8e6 / (1 << 9))));

  private static PageCosts published(double nanosAPage) {
    ForkCurve curve = ForkCurve.straight(nanosAPage);
    return new PageCosts(curve, curve, 3_900, 1_200);
  }

  /** Sorts the map. */
  public HostCosts {
    EnumMap<PageSize, PageCosts> sorted = new EnumMap<>(PageSize.class);
    sorted.putAll(pages);
    pages = Collections.unmodifiableMap(sorted);
    if (!(fixedNanos >= 0
        && mappingNanos >= 0
        && execNanos >= 0
        && vforkExecNanos >= 0
        && posixSpawnNanos >= 0
        && spread >= 0)) {
      throw new IllegalArgumentException(
          "costs of " + host + " and their spread must be 0 or more");
    }
  }

  /**
   * The costs of pages of a size.
   *
   * @throws IllegalArgumentException if they were not measured
   */
  public PageCosts page(PageSize pageSize) {
    PageCosts page = pages.get(pageSize);
    if (page == null) {
      throw new IllegalArgumentException(
          "nothing was measured with pages of "
              + pageSize
              + " on "
              + host
              + "; known: "
              + pages.keySet());
    }
    return page;
  }
}
