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
 * @param grownPages new since the fork
 * @param droppedPages given back since the fork
 * @param physicalPages frames of all processes
 * @param brokeFirst per cause id, broken pages whose first write it was, in the first acting
 *     process
 */
public record Mark(
    long epoch,
    long brokenPages,
    long grownPages,
    long droppedPages,
    long physicalPages,
    SortedMap<String, Long> brokeFirst) {

  /** Copies the map. */
  public Mark {
    brokeFirst = Collections.unmodifiableSortedMap(new TreeMap<>(brokeFirst));
  }
}
