package io.forkscope.core.placement;

import io.forkscope.core.memory.Region;
import io.forkscope.core.recording.Recording;
import io.forkscope.core.recording.RecordingException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Drives a heap through a recording, from its start to its end, collection by collection and in
 * small steps of time between them; what happens before the fork point says what was resident
 * there, what happens after it is the answer.
 */
final class HeapReplay {

  /** Allocation is placed in at most so many steps after the fork point. */
  private static final int MOST_STEPS = 240;

  private final HeapHistory history;
  private final HeapSpaces spaces;
  private final AllocationClock clock;
  private final PlacedActions.Builder actions;
  private final PageRuns.Builder before = new PageRuns.Builder();
  private final EdenPoints looks;
  private final int phase;
  private final long forkNanos;
  private final long endNanos;
  private long allocated;

  private HeapReplay(
      HeapHistory history,
      HeapSpaces spaces,
      PlacedActions.Builder actions,
      AllocationClock clock,
      EdenPoints looks,
      ForkMoment fork,
      long endNanos) {
    this.history = history;
    this.spaces = spaces;
    this.actions = actions;
    this.clock = clock;
    this.looks = looks;
    this.phase = fork.phase();
    this.forkNanos = fork.nanos();
    this.endNanos = endNanos;
  }

  /**
   * Prepares the heap of the recording's collector.
   *
   * @throws RecordingException if its collector is not modelled, or a needed event is missing
   */
  static HeapReplay of(HeapHistory history, long[] bounds, ForkMoment fork, long endNanos)
      throws RecordingException {
    Recording recording = history.recording();
    PlacedActions.Builder actions = new PlacedActions.Builder();
    HeapSpaces spaces =
        switch (history.collector()) {
          case SERIAL -> new SerialSpaces(history, actions, bounds[0]);
          case PARALLEL -> {
            recording.require(io.forkscope.core.recording.JdkEvents.PS_HEAP_SUMMARY);
            yield new ParallelSpaces(history, actions);
          }
          case G1 -> {
            recording.require(io.forkscope.core.recording.JdkEvents.G1_HEAP_SUMMARY);
            boolean recorded =
                recording
                        .table(io.forkscope.core.recording.JdkEvents.G1_HEAP_REGION_TYPE_CHANGE)
                        .rows()
                    > 0;
            yield recorded
                ? new G1RecordedSpaces(history, actions, bounds)
                : new G1Spaces(history, actions, bounds[0], bounds[1]);
          }
          case Z -> new SharedSpaces();
          case SHENANDOAH, EPSILON ->
              throw new RecordingException(
                  recording.path(),
                  RecordingException.NO_OFFSET,
                  "the heap of "
                      + history.collector().label()
                      + " is not modelled yet; Serial, Parallel, G1 and Z are");
        };
    EdenPoints looks = new EdenPoints(recording);
    AllocationClock clock = clock(history, spaces, looks);
    return new HeapReplay(history, spaces, actions, clock, looks, fork, endNanos);
  }

  private static AllocationClock clock(HeapHistory history, HeapSpaces spaces, EdenPoints looks) {
    AllocationClock.Builder clock = new AllocationClock.Builder();
    clock.allocated(history.recording().firstNanos(), 0);
    List<HeapCollection> collections = history.collections();
    int look = 0;
    for (int i = 0; i <= collections.size(); i++) {
      long until = i == collections.size() ? Long.MAX_VALUE : collections.get(i).startNanos();
      long since = 0;
      for (; look < looks.all().size() && looks.all().get(look).nanos() < until; look++) {
        EdenPoints.Point point = looks.all().get(look);
        clock.allocated(point.nanos(), point.edenUsed() - since);
        since = Math.max(since, point.edenUsed());
      }
      if (i < collections.size()) {
        clock.allocated(until, spaces.allocatedBefore(i) - since);
        clock.allocated(collections.get(i).endNanos(), 0);
      }
    }
    return clock.build(history.recording());
  }

  /**
   * Runs it; the actions after the fork point.
   *
   * @param regions those of the heap
   * @param more adds actions that are known from elsewhere
   */
  PlacedActions run(List<Region> regions, Consumer<PlacedActions.Builder> more) {
    spaces.touchedBefore(before);
    List<HeapCollection> collections = history.collections();
    int next = 0;
    while (next < collections.size() && collections.get(next).startNanos() <= forkNanos) {
      step(collections.get(next).startNanos());
      spaces.collect(next++, false);
    }
    step(forkNanos);
    for (EdenPoints.Point point : looks.all()) {
      if (point.phase() == phase && phase > 0) {
        spaces.observed(point);
      }
    }
    PlacedActions past = actions.build(regions);
    remember(past);
    actions.clear();
    long stepNanos = Math.max(1, (endNanos - forkNanos) / MOST_STEPS);
    boolean first = true;
    long now = forkNanos;
    while (now < endNanos) {
      long until = Math.min(endNanos, now + stepNanos);
      while (next < collections.size() && collections.get(next).startNanos() <= until) {
        step(collections.get(next).startNanos());
        spaces.collect(next++, first);
        first = false;
      }
      step(until);
      now = until;
    }
    more.accept(actions);
    return actions.build(regions);
  }

  private void step(long nanos) {
    long total = clock.bytes(nanos);
    boolean tail =
        history.collections().isEmpty()
            || nanos > history.collections().get(history.collections().size() - 1).endNanos();
    long more = total - allocated;
    if (tail) {
      more = Math.min(more, spaces.roomInEden()); // or a collection would have taken place
    }
    if (more > 0) {
      spaces.allocate(more, nanos);
    }
    allocated = Math.max(allocated, total);
  }

  private void remember(PlacedActions past) {
    for (int row = 0; row < past.rows(); row++) {
      switch (past.action(row)) {
        case GIVE_BACK -> before.remove(past.address(row), past.bytes(row));
        case FORWARDING -> {} // in pages that are resident already
        default -> before.add(past.address(row), past.bytes(row));
      }
    }
  }

  /** Pages that had been written by the fork point; valid after {@link #run}. */
  PageRuns touchedAtFork() {
    return before.build();
  }

  /** Starts of the collections after the fork point. */
  List<Long> collectionsSinceFork() {
    return history.collections().stream()
        .map(HeapCollection::startNanos)
        .filter(nanos -> nanos > forkNanos)
        .toList();
  }

  /** What the placement takes for granted. */
  List<String> assumptions() {
    List<String> list = new ArrayList<>();
    if (history.collector() == HeapHistory.Collector.Z) {
      return list;
    }
    list.add(
        "Assumes that eden is filled from the bottom up (G1: region by region, the highest free one"
            + " first), without gaps at the ends of TLABs.");
    list.add(
        "Assumes that the objects alive at the first collection after the fork point, of "
            + Math.round(history.meanObjectBytes())
            + " bytes each, are scattered evenly over eden.");
    if (!history.fromTheStart()) {
      list.add(
          "Assumes that eden and the survivor spaces had been filled once before the recording"
              + " began.");
    }
    if (clock.guessesTheTail()) {
      list.add(
          "Assumes that after the last collection the program allocated as fast as before it: no"
              + " allocation event was recorded.");
    }
    return list;
  }

  /** What a reader of the result must know. */
  List<String> notes() {
    List<String> list = new ArrayList<>();
    if (collectionsSinceFork().isEmpty()) {
      list.add(
          "No collection follows the fork point: what was allocated since rests on allocation"
              + " events alone.");
    }
    return list;
  }
}
