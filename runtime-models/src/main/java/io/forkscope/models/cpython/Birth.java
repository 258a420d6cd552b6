package io.forkscope.models.cpython;

/**
 * When the containers of a population were made, on the collector's clock, and where its pools lie.
 *
 * @param clock before the first element
 * @param elements of the population
 * @param containers that they take together
 * @param firstPool address of the first pool that was taken new
 * @param endOfPools the end of the last one
 */
record Birth(long clock, long elements, long containers, long firstPool, long endOfPools) {

  /** The first element whose containers were made at or after a clock; may be past the last. */
  long firstElementSince(long since) {
    return since <= clock || containers == 0
        ? 0
        : ((since - clock) * elements + containers - 1) / containers;
  }

  /**
   * Where pools were taken when an element was made; negative if all are in older ones. Elements
   * take their pools in turn, whatever size class each of them is of.
   */
  long poolOf(long element) {
    long bytes = endOfPools - firstPool;
    return bytes == 0 ? -1 : firstPool + (long) ((double) bytes * element / elements);
  }
}
