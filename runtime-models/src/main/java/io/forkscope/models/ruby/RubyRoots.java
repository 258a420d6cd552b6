package io.forkscope.models.ruby;

import org.jspecify.annotations.Nullable;

/** What a collection asks of the process it runs in. */
interface RubyRoots {

  /** Tells that a marking comes to its end, before elements are aged; ages what holds them. */
  void marking(boolean full);

  /** For each owner, whether an old object refers to its objects. */
  boolean[] heldByOld();

  /** The population whose parts stay behind in a full marking; null if none does. */
  @Nullable RubyPopulation behind();

  /** The work of an incremental marking that begins. */
  RubyMarkWork markWork();

  /** How many elements of the newest population exist that no earlier one holds. */
  long elements();

  /**
   * Writes the mark stack to its greatest depth, and lists what is promoted as it is pushed.
   *
   * @param aged how many young objects were marked
   * @param names how many young strings of symbols were
   * @param steps in which it was marked; null if at once
   */
  void markStack(long aged, long names, boolean full, @Nullable RubyMarkWork steps);

  /** Marks once more, when all is marked. */
  void markAgain();

  /** Tells that a marking has come to its end. */
  void marked(boolean inSteps);

  /** Tells the transient heap that a marking begins. */
  void transientHeapMarking();

  /** Moves the tables that survived out of the transient heap. */
  void transientHeapMarked(RubyCollector collector);

  /** Tells that a sweep frees the object of a slot, which was in a state. */
  void died(RubyHeapPage page, int slot, int state);

  /** Tells that a sweep has come to its end. */
  void swept();

  /** Tells that a compacting sweep has moved all it could, and references have to follow. */
  void moved(RubyCompaction compaction);
}
