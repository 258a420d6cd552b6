package io.forkscope.core.simulation;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts at one moment after the fork. Pages are base pages; those of a process are means over
 * the acting processes, rounded half up.
 *
 * @param epoch the moment, in epochs; the fork is 0
 * @param brokenPages broken since the fork, those of fork itself included
 * @param forkPages of those, pages that were broken by the forks of the processes that are counted,
 *     which are fresh ones where workers were replaced
 * @param copiedPages of those, pages that the kernel copied for it: not those that it was the last
 *     to share when it wrote them
 * @param grownPages new since the fork
 * @param droppedPages given back since the fork
 * @param physicalPages frames of all processes
 * @param brokeFirst per cause id, broken pages whose first write it was, in the first acting
 *     process
 * @param sleeperPages the most pages that a child which takes no action has had for itself at any
 *     moment up to this one (its Private_Dirty): copies of what its parent wrote, what the parent
 *     gave up, and its own; 0 where the children act
 */
public record Mark(
    long epoch,
    long brokenPages,
    long forkPages,
    long copiedPages,
    long grownPages,
    long droppedPages,
    long physicalPages,
    SortedMap<String, Long> brokeFirst,
    long sleeperPages) {

  /** Copies the map. */
  public Mark {
    brokeFirst = Collections.unmodifiableSortedMap(new TreeMap<>(brokeFirst));
  }
}
