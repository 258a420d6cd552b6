package io.forkscope.models.cpython;

/**
 * When the containers of a population were made, on the collector's clock.
 *
 * @param clock before the first element
 * @param containersOfElement containers that each element takes
 */
record Birth(long clock, long containersOfElement) {

  /** The first element whose containers were made at or after a clock; may be past the last. */
  long firstElementSince(long since) {
    return since <= clock || containersOfElement == 0
        ? 0
        : (since - clock + containersOfElement - 1) / containersOfElement;
  }
}
