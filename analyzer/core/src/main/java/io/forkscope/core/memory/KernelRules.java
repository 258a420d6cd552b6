package io.forkscope.core.memory;

/**
 * Which Linux decides what a write fault copies; the two differ for transparent huge pages only.
 */
public enum KernelRules {
  /**
   * A write to a shared transparent huge page copies all of its 2 MiB: Linux 5.7 mm/huge_memory.c,
   * do_huge_pmd_wp_page.
   */
  BEFORE_5_8,
  /**
   * A write to a shared transparent huge page splits its mapping and copies 4 KiB: Linux 5.8
   * mm/huge_memory.c, do_huge_pmd_wp_page. A large folio is reused once the whole folio is mapped
   * by one process only: Linux 6.18 mm/memory.c, __wp_can_reuse_large_anon_folio.
   */
  SINCE_5_8;

  /**
   * The rules of a kernel release.
   *
   * @param release as {@code uname -r} prints it, for example {@code 6.1.0-13-amd64}
   * @throws IllegalArgumentException if it does not begin with two numbers
   */
  public static KernelRules of(String release) {
    String[] parts = release.split("[^0-9]+", 3);
    if (parts.length < 2 || !release.matches("\\d{1,6}\\.\\d{1,6}.*")) {
      throw new IllegalArgumentException("not a kernel release: " + release);
    }
    int major = Integer.parseInt(parts[0]);
    int minor = Integer.parseInt(parts[1]);
    return major > 5 || (major == 5 && minor >= 8) ? SINCE_5_8 : BEFORE_5_8;
  }

  /** Whether one write to a shared page of this size copies the whole page. */
  public boolean copiesWhole(PageSize pageSize) {
    return pageSize == PageSize.HUGETLB_2M || (pageSize == PageSize.THP_2M && this == BEFORE_5_8);
  }
}
