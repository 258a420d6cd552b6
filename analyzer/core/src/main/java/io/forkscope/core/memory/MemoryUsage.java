package io.forkscope.core.memory;

/**
 * What a process holds, in the words of {@code /proc/PID/smaps_rollup}. Hugetlb pages are counted
 * like all others, although smaps leaves them out of Rss and Pss.
 *
 * @param rssBytes resident
 * @param pssBytes proportional share: each page divided by how many processes map it, with smaps'
 *     rounding (4,096ths of a byte a page: Linux 6.18 fs/proc/task_mmu.c, smaps_account)
 * @param sharedCleanBytes pages of the page cache, also mapped by others
 * @param sharedDirtyBytes anonymous or written pages, also mapped by others
 * @param privateCleanBytes pages of the page cache, mapped here only
 * @param privateDirtyBytes anonymous or written pages, mapped here only
 * @param pageTableBytes VmPTE: tables of 4 KiB that map something, of the lower three levels
 * @param faults write faults since the fork (since the start, for a process never forked)
 */
public record MemoryUsage(
    long rssBytes,
    long pssBytes,
    long sharedCleanBytes,
    long sharedDirtyBytes,
    long privateCleanBytes,
    long privateDirtyBytes,
    long pageTableBytes,
    FaultCounts faults) {

  /** Unique set size: what would be freed if the process ended. */
  public long ussBytes() {
    return privateCleanBytes + privateDirtyBytes;
  }
}
