package io.forkscope.core.placement;

/**
 * One collection as the JDK's events tell it.
 *
 * @param gcId as the JVM counts them
 * @param startNanos when the heap before it was recorded
 * @param endNanos when the heap after it was recorded
 * @param full whether it compacted the whole heap
 * @param edenFull whether it happened because eden was full
 * @param usedBefore bytes used in the heap before
 * @param usedAfter bytes used in the heap after
 * @param committedBytes of the heap after
 * @param survivorBytes copied into survivor space, or -1 where it is not recorded
 * @param youngestBytes of those, copied from eden, or -1 where it is not recorded
 * @param beforeRow of the collector's own summary, or -1
 * @param afterRow of the collector's own summary, or -1
 */
record HeapCollection(
    int gcId,
    long startNanos,
    long endNanos,
    boolean full,
    boolean edenFull,
    long usedBefore,
    long usedAfter,
    long committedBytes,
    long survivorBytes,
    long youngestBytes,
    int beforeRow,
    int afterRow) {}
