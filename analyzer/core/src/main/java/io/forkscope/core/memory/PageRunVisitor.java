package io.forkscope.core.memory;

/** Takes the pages of a process in address order, neighbours of equal state together. */
public interface PageRunVisitor {

  /**
   * One run; all in one region.
   *
   * @param address of its first page
   * @param pages base pages, at least 1
   * @param region index into {@link CowProcess#regions}
   * @param state what became of them
   * @param cause index into {@link CowSpace#causes} of the first write, or -1
   * @param epoch of the first write, or -1
   */
  void run(long address, long pages, int region, PageState state, int cause, int epoch);
}
