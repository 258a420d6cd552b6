package io.forkscope.core.placement;

/** The layout of one collector's heap, driven through a recording from its start to its end. */
interface HeapSpaces {

  /** Bytes that the program allocated in eden since the collection before this one. */
  long allocatedBefore(int collection);

  /** Pages that had been written before the recording began, as far as is known. */
  void touchedBefore(PageRuns.Builder touched);

  /** The program allocates. */
  void allocate(long bytes, long nanos);

  /**
   * A collection takes place; {@code firstSinceFork} if the objects of the fork point are there.
   */
  void collect(int collection, boolean firstSinceFork);

  /** The agent looked at the spaces at the fork point: what it saw is true. */
  default void observed(EdenPoints.Point point) {}

  /** Most bytes that fit before another collection would have to take place. */
  long roomInEden();
}
