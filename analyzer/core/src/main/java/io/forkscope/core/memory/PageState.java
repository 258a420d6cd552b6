package io.forkscope.core.memory;

/** What became of a page since the fork. */
public enum PageState {
  /** Resident at the fork and not written since. */
  INHERITED,
  /** Resident at the fork and written since. */
  BROKEN,
  /** Not resident at the fork, or given back since, and resident now. */
  GROWN,
  /** Resident at the fork, given back since, and not resident now. */
  DROPPED
}
