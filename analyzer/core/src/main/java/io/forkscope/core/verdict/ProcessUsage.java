package io.forkscope.core.verdict;

/**
 * What one process holds, as smaps would say.
 *
 * @param name for example {@code parent} or {@code child 1}
 * @param rssBytes resident
 * @param pssBytes proportional share, rounded down to bytes
 * @param ussBytes private
 * @param pageTableBytes its page tables
 * @param faults write faults since the fork
 * @param copies of those, copies
 */
public record ProcessUsage(
    String name,
    long rssBytes,
    long pssBytes,
    long ussBytes,
    long pageTableBytes,
    long faults,
    long copies) {}
