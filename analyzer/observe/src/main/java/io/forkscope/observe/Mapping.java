package io.forkscope.observe;

/**
 * One line of {@code /proc/PID/maps}: the half-open range {@code [start, end)}.
 *
 * @param start first byte
 * @param end first byte after it
 * @param permissions four characters, for example {@code rw-p}
 * @param offset of the range in its file, bytes
 * @param inode of the file, 0 for anonymous memory
 * @param path as the kernel prints it; empty for nameless memory
 */
public record Mapping(
    long start, long end, String permissions, long offset, long inode, String path) {

  /** Checks order. */
  public Mapping {
    if (end <= start || permissions.length() < 4) {
      throw new IllegalArgumentException(
          "mapping " + Long.toHexString(start) + "-" + Long.toHexString(end) + " " + permissions);
    }
  }

  /** Length in bytes. */
  public long bytes() {
    return end - start;
  }

  /** Whether it may be read. */
  public boolean readable() {
    return permissions.charAt(0) == 'r';
  }

  /** Whether it may be written. */
  public boolean writable() {
    return permissions.charAt(1) == 'w';
  }

  /** Whether a write gives the process its own copy. */
  public boolean isPrivate() {
    return permissions.charAt(3) == 'p';
  }

  /** Whether a file stands behind it. */
  public boolean fileBacked() {
    return inode != 0;
  }
}
