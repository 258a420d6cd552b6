package io.forkscope.models.cpython;

/**
 * When the containers of a population were made, on the collector's clock.
 *
 * @param clock before the first element
 * @param elements of the population
 * @param containers that they take together
 */
record Birth(long clock, long elements, long containers) {

  /** The first element whose containers were made at or after a clock; may be past the last. */
  long firstElementSince(long since) {
    return since <= clock || containers == 0
        ? 0
        : ((since - clock) * elements + containers - 1) / containers;
  }
}
