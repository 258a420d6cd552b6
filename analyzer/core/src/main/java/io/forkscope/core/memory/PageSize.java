package io.forkscope.core.memory;

/** The page size of a region and with it the unit in which Linux faults and copies. */
public enum PageSize {
  /** Base pages of 4 KiB. */
  BASE_4K(4096),
  /** Multi-size transparent huge pages of 64 KiB; a write fault still copies 4 KiB. */
  FOLIO_64K(64 << 10),
  /**
   * Transparent huge pages of 2 MiB; split on the first write since Linux 5.8, copied whole before.
   */
  THP_2M(2 << 20),
  /** hugetlbfs pages of 2 MiB, always copied whole. */
  HUGETLB_2M(2 << 20);

  /** Bytes of a base page, the unit in which every page count of Forkscope is given. */
  public static final int BASE_BYTES = 4096;

  private final int bytes;

  PageSize(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one page of this size. */
  public int bytes() {
    return bytes;
  }
}
