package io.forkscope.observe;

/**
 * The sums of {@code /proc/PID/smaps_rollup}, in bytes.
 *
 * @param rssBytes resident
 * @param pssBytes proportional share
 * @param privateDirtyBytes private pages written
 * @param privateCleanBytes private pages not written
 * @param sharedDirtyBytes shared pages written
 * @param sharedCleanBytes shared pages not written
 * @param anonymousBytes of the resident pages, anonymous ones
 * @param hugeBytes of those, in transparent huge pages of 2 MiB
 */
public record MemoryRollup(
    long rssBytes,
    long pssBytes,
    long privateDirtyBytes,
    long privateCleanBytes,
    long sharedDirtyBytes,
    long sharedCleanBytes,
    long anonymousBytes,
    long hugeBytes) {

  /**
   * The sums of a process.
   *
   * @throws ObserveException if it is gone or not ours to look at
   */
  public static MemoryRollup of(long pid) throws ObserveException {
    return parse(ProcFile.text(pid, "smaps_rollup"));
  }

  static MemoryRollup parse(String text) throws ObserveException {
    return new MemoryRollup(
        bytes(text, "Rss"),
        bytes(text, "Pss"),
        bytes(text, "Private_Dirty"),
        bytes(text, "Private_Clean"),
        bytes(text, "Shared_Dirty"),
        bytes(text, "Shared_Clean"),
        bytes(text, "Anonymous"),
        bytes(text, "AnonHugePages"));
  }

  private static long bytes(String text, String key) throws ObserveException {
    int at = text.indexOf("\n" + key + ":");
    int unit = at < 0 ? -1 : text.indexOf(" kB", at);
    if (unit < 0) {
      throw new ObserveException("smaps_rollup has no " + key);
    }
    try {
      return Long.parseLong(text.substring(at + key.length() + 2, unit).trim()) * 1024;
    } catch (NumberFormatException e) {
      throw new ObserveException("smaps_rollup has no number for " + key, e);
    }
  }

  /** Bytes that only this process maps (USS). */
  public long ussBytes() {
    return privateDirtyBytes + privateCleanBytes;
  }
}
