package io.forkscope.core.memory;

/** Counts faults as they happen. */
final class FaultTally {
  private long copies;
  private long reuses;
  private long fills;
  private long fileCopies;
  private long copiedPages;
  private long splits;

  void copied(long faults, long filePages, long pagesAFault) {
    copies += faults;
    fileCopies += filePages;
    copiedPages += faults * pagesAFault;
  }

  void reused(long faults) {
    reuses += faults;
  }

  void filled(long faults) {
    fills += faults;
  }

  void split() {
    splits++;
  }

  void reset() {
    copies = 0;
    reuses = 0;
    fills = 0;
    fileCopies = 0;
    copiedPages = 0;
    splits = 0;
  }

  FaultCounts counts() {
    return new FaultCounts(
        copies + reuses + fills,
        copies,
        reuses,
        fills,
        fileCopies,
        copiedPages * PageSize.BASE_BYTES,
        splits);
  }
}
