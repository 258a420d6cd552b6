package io.forkscope.models.ruby;

/** What a collection asks of the process it runs in. */
interface RubyRoots {

  /** Ages what holds the populations; called before their elements are aged. */
  void ageHolders();

  /** For each owner, whether an old object refers to its objects. */
  boolean[] heldByOld();

  /** How many objects an incremental marking has to visit. */
  long liveObjects(RubyHeap heap);

  /**
   * Writes the mark stack to its greatest depth.
   *
   * @param aged how many young objects were marked
   */
  void markStack(long aged, boolean full);

  /** Moves the tables that survived out of the transient heap. */
  void transientHeapMarked(RubyCollector collector);

  /** Tells that a sweep frees the object of a slot. */
  void died(RubyHeapPage page, int slot);

  /** Tells that a compacting sweep has moved all it could, and references have to follow. */
  void moved(RubyCompaction compaction);
}
