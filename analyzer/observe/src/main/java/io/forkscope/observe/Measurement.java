package io.forkscope.observe;

import io.forkscope.core.model.ObservedAddresses;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What a real fork cost. Pages of 4 KiB; means over the processes listed, rounded half up.
 *
 * @param interpreter what ran
 * @param processes the children that acted, or the parent if only it did, in the order of their
 *     first marks; at least one
 * @param nanos wall-clock time from start to end of the program
 * @param snapshot where only the parent acted: what its child cost
 * @param addresses where objects lay, if the program was asked to tell
 */
public record Measurement(
    Interpreter interpreter,
    List<MeasuredProcess> processes,
    long nanos,
    MeasuredSnapshot snapshot,
    ObservedAddresses addresses) {

  /** Copies the list. */
  public Measurement {
    processes = List.copyOf(processes);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("a measurement of no process");
    }
  }

  /** Private anonymous pages of the parent at the fork. */
  public long residentPages() {
    return processes.get(0).counts().get(0).residentPages();
  }

  /** Of those, pages that fork itself broke. */
  public long forkPages() {
    return mean(MeasuredProcess::forkPages);
  }

  /** Pages that the actions broke up to the last mark. */
  public long actionPages() {
    return actionPages(marks());
  }

  /** Pages that the actions broke up to a mark, from 1. */
  public long actionPages(int mark) {
    return mean(p -> p.actionPages(mark));
  }

  /** Anonymous pages that the actions added. */
  public long grownPages() {
    return mean(p -> p.since(marks(), PageCount::grownPages));
  }

  /**
   * Private pages that a process has made since the fork, broken or new, those of fork itself
   * included; at the mark where they are most.
   */
  public long mostPrivatePages() {
    long most = 0;
    for (int mark = 0; mark <= marks(); mark++) {
      int at = mark;
      most =
          Math.max(
              most, mean(p -> p.counts().get(at).brokenPages() + p.counts().get(at).grownPages()));
    }
    return most;
  }

  /** Inherited pages that the actions gave back. */
  public long droppedPages() {
    return mean(p -> p.since(marks(), PageCount::droppedPages));
  }

  /** Marks after the fork's. */
  public int marks() {
    return processes.get(0).counts().size() - 1;
  }

  /** Pages that the actions broke, by class. */
  public Map<MappingClass, Long> actionPagesByClass() {
    Map<MappingClass, Long> map = new EnumMap<>(MappingClass.class);
    for (MappingClass kind : MappingClass.values()) {
      map.put(kind, mean(p -> p.since(marks(), count -> broken(count, kind))));
    }
    return map;
  }

  /** Pages broken since the fork, those of fork itself included, by class. */
  public Map<MappingClass, Long> brokenPagesByClass() {
    Map<MappingClass, Long> map = new EnumMap<>(MappingClass.class);
    for (MappingClass kind : MappingClass.values()) {
      map.put(kind, mean(p -> broken(last(p), kind)));
    }
    return map;
  }

  private static long broken(PageCount count, MappingClass kind) {
    return count.brokenByClass().getOrDefault(kind, 0L);
  }

  private static PageCount last(MeasuredProcess process) {
    return process.counts().get(process.counts().size() - 1);
  }

  private long mean(ToLongFunction<MeasuredProcess> pages) {
    return Math.round(processes.stream().mapToLong(pages).average().orElseThrow());
  }
}
