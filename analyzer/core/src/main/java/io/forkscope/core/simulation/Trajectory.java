package io.forkscope.core.simulation;

import io.forkscope.core.memory.CowProcess;
import io.forkscope.core.memory.CowSpace;
import java.util.List;

/**
 * What happened to shared memory after a fork, from the fork to the last mark, and the processes as
 * they stand there.
 *
 * @param space where they live
 * @param parent that was forked
 * @param acting the processes whose writes were followed, at least one; the first stands for all
 *     where one is shown
 * @param children forked children, sleeping or not
 * @param residentPages private anonymous pages of the parent at the fork
 * @param marks ascending; the first is the fork, after fork's own writes
 * @param epochLabel what an epoch is, for example {@code requests}
 * @param memory what all processes hold together, over time; empty where it was not followed
 * @param peakPages the most frames that all processes held at any moment that was looked at
 */
public record Trajectory(
    CowSpace space,
    CowProcess parent,
    List<CowProcess> acting,
    long children,
    long residentPages,
    List<Mark> marks,
    String epochLabel,
    List<MemorySample> memory,
    long peakPages) {

  /** Copies the lists. */
  public Trajectory {
    acting = List.copyOf(acting);
    marks = List.copyOf(marks);
    memory = List.copyOf(memory);
    if (acting.isEmpty() || marks.isEmpty()) {
      throw new IllegalArgumentException("a trajectory needs an acting process and a mark");
    }
  }

  /** The mark of the fork itself. */
  public Mark fork() {
    return marks.get(0);
  }

  /** The last mark. */
  public Mark end() {
    return marks.get(marks.size() - 1);
  }

  /** Pages that the actions broke up to a mark, those of fork itself left out. */
  public long brokenByActions(Mark mark) {
    return mark.brokenPages() - mark.forkPages();
  }

  /**
   * Pages that the kernel copied for the actions up to a mark: fewer than they broke where another
   * process had given pages up before.
   */
  public long copiedForActions(Mark mark) {
    return mark.copiedPages() - fork().copiedPages();
  }
}
