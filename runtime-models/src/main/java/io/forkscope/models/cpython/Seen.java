package io.forkscope.models.cpython;

/**
 * What collections have seen of the containers of a program, and so untracked: tuples of atoms any,
 * dicts of atoms only a full one. Source: Modules/gcmodule.c (Python/gc.c in 3.13), untrack_tuples
 * (move_unreachable to 3.7) and untrack_dicts.
 */
enum Seen {
  NEVER,
  BY_YOUNG,
  BY_FULL;

  /** What has been seen after a collection of a generation. */
  Seen after(int generation) {
    return generation == 2 || this == BY_FULL ? BY_FULL : BY_YOUNG;
  }
}
