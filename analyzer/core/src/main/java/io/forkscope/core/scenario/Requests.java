package io.forkscope.core.scenario;

import java.util.List;

/**
 * How often the actions are taken.
 *
 * @param count requests a process serves, at least 0
 * @param marks ascending request counts at which pages are counted; the last is {@code count}
 * @param recycleAfter requests after which a worker is replaced by a fresh fork; 0 for never
 */
public record Requests(long count, List<Long> marks, long recycleAfter) {

  /** Actions taken once, counted once. */
  public static final Requests ONCE = new Requests(1, List.of(1L), 0);

  /** Checks order and bounds. */
  public Requests {
    marks = List.copyOf(marks);
    if (count < 0 || count > 1_000_000_000L || recycleAfter < 0) {
      throw new IllegalArgumentException(
          "requests must be 0 to 1000000000 and recycle-after at least 0, not "
              + count
              + " and "
              + recycleAfter);
    }
    if (marks.isEmpty() || marks.get(marks.size() - 1) != count) {
      throw new IllegalArgumentException("marks must end with the request count " + count);
    }
    for (int i = 0; i < marks.size(); i++) {
      if (marks.get(i) < 0 || (i > 0 && marks.get(i) <= marks.get(i - 1))) {
        throw new IllegalArgumentException("marks must ascend from 0 or more: " + marks);
      }
    }
  }
}
