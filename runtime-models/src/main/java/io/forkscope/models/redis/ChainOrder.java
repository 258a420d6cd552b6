package io.forkscope.models.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * In which order the keys of one bucket stand in its chain, from its end to its head: a new key
 * comes to the head, and each rehash turns the chains it moves around.
 *
 * <p>Idea: the order of all keys is kept as runs of ascending or descending keys, of which each
 * bucket's chain is a random sample. The key before another in its chain is therefore found a
 * geometrically distributed number of places further on.
 *
 * <p>Source: Redis 7.0.15 src/dict.c ({@code dictAddRaw} and {@code dictRehash} insert at the
 * head).
 */
final class ChainOrder {

  private record Run(long from, long to, boolean ascending, long start) {
    long end() {
      return start + to - from;
    }
  }

  private List<Run> runs = new ArrayList<>();
  private long moved;

  ChainOrder() {}

  ChainOrder(ChainOrder other) {
    runs = other.runs;
    moved = other.moved;
  }

  /** Every key so far, {@code [0, keys)}, was moved to another table. */
  void rehashed(long keys) {
    List<Run> turned = new ArrayList<>();
    long at = 0;
    if (keys > moved) {
      turned.add(new Run(moved, keys, false, 0));
      at = keys - moved;
    }
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      turned.add(new Run(run.from(), run.to(), !run.ascending(), at));
      at += run.to() - run.from();
    }
    runs = turned;
    moved = keys;
  }

  /** The place of a key. */
  long place(long key) {
    for (Run run : runs) {
      if (key >= run.from() && key < run.to()) {
        return run.start() + (run.ascending() ? key - run.from() : run.to() - 1 - key);
      }
    }
    return key;
  }

  /** The key at a place. */
  long key(long place) {
    for (Run run : runs) {
      if (place < run.end()) {
        long offset = place - run.start();
        return run.ascending() ? run.from() + offset : run.to() - 1 - offset;
      }
    }
    return place;
  }
}
