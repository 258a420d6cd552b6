package io.forkscope.observe;

/**
 * The bits of one 64-bit entry of {@code /proc/PID/pagemap}.
 *
 * <p>Source: Linux Documentation/admin-guide/mm/pagemap.rst.
 */
public final class PageEntry {
  private static final long PRESENT = 1L << 63;
  private static final long SWAPPED = 1L << 62;
  private static final long FILE_OR_SHARED = 1L << 61;
  private static final long EXCLUSIVE = 1L << 56;
  private static final long FRAME_MASK = (1L << 55) - 1;

  private PageEntry() {}

  /** Whether a frame is mapped there. */
  public static boolean present(long entry) {
    return (entry & PRESENT) != 0;
  }

  /** Whether the page is in swap. */
  public static boolean swapped(long entry) {
    return (entry & SWAPPED) != 0;
  }

  /** Whether the frame belongs to a file or to shared memory. */
  public static boolean fileOrShared(long entry) {
    return (entry & FILE_OR_SHARED) != 0;
  }

  /** Whether the frame is mapped only here (Linux 4.2 and later; needs no root). */
  public static boolean exclusive(long entry) {
    return (entry & EXCLUSIVE) != 0;
  }

  /** The frame number; 0 without CAP_SYS_ADMIN. Meaningless unless {@link #present}. */
  public static long frame(long entry) {
    return entry & FRAME_MASK;
  }

  /**
   * Whether the page is private anonymous memory: present, not of a file, and not the kernel's page
   * of zeroes.
   */
  public static boolean anonymous(long entry, long zeroFrame) {
    return present(entry) && !fileOrShared(entry) && frame(entry) != zeroFrame;
  }
}
