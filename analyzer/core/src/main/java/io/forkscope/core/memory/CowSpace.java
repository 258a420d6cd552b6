package io.forkscope.core.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The memory of processes that share pages: what the kernel would do on fork, write fault, unmap
 * and exit, and which cause made it do so. Not thread-safe.
 *
 * <p>Pages are base pages of 4 KiB unless said otherwise. Writes are exact but lazy: what they
 * break is worked out when another cause or process writes, or when anything is asked.
 */
public final class CowSpace {
  private final KernelRules rules;
  private final Set<CowProcess> alive = new LinkedHashSet<>();
  private final Map<Cause, Integer> causeIndices = new LinkedHashMap<>();
  private final List<Cause> causes = new ArrayList<>();
  private final FaultTally tally = new FaultTally();
  private final Faults handler = new Faults(this);

  private @Nullable CauseTrace active;

  /** Traces of the same process that have pages pending, too: it builds. */
  private final List<CauseTrace> building = new ArrayList<>();

  private int epoch;
  private int generations;
  private int censuses;
  private @Nullable Census census;
  private long frames;
  private long peakFrames;

  /** An empty space under the rules of a kernel. */
  public CowSpace(KernelRules rules) {
    this.rules = rules;
  }

  /** A process that maps nothing and shares nothing. */
  public CowProcess create(String name) {
    return new CowProcess(this, name);
  }

  /**
   * Begins an epoch: pages written from here on carry its index.
   *
   * @param epoch at least 0
   */
  public void epoch(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch " + epoch + " is negative");
    }
    settle();
    this.epoch = epoch;
  }

  /** The epoch that is running. */
  public int epoch() {
    return epoch;
  }

  /** The rules of the kernel. */
  public KernelRules rules() {
    return rules;
  }

  /** Frames that living processes map, in base pages. */
  public long physicalPages() {
    settle();
    return frames;
  }

  /** The most frames that were mapped at any time. */
  public long peakPhysicalPages() {
    settle();
    return Math.max(peakFrames, frames);
  }

  /** Write faults of all processes, from the beginning on. */
  public FaultCounts faults() {
    settle();
    return tally.counts();
  }

  /** Living processes, oldest first. */
  public List<CowProcess> processes() {
    return List.copyOf(alive);
  }

  /** Every cause that has a sink, in the order of the indices that name them. */
  public List<Cause> causes() {
    return Collections.unmodifiableList(causes);
  }

  int causeIndex(Cause cause) {
    Integer index = causeIndices.get(cause);
    if (index == null) {
      index = causes.size();
      causeIndices.put(cause, index);
      causes.add(cause);
    }
    return index;
  }

  /**
   * Settles what others have pending, before a trace takes new pages; but not while their process
   * builds, when it makes no difference who comes first.
   */
  void activate(CauseTrace trace) {
    if (active != trace) {
      take(trace);
    }
  }

  private void take(CauseTrace trace) {
    CauseTrace before = active;
    if (before != null && before.region.buildsWith(trace.region)) {
      if (!before.waiting) {
        before.waiting = true;
        building.add(before);
      }
    } else {
      settle();
    }
    active = trace;
  }

  /** Works out everything that is pending. */
  void settle() {
    building.forEach(CauseTrace::drain);
    building.clear();
    CauseTrace trace = active;
    if (trace != null) {
      trace.drain();
      peakFrames = Math.max(peakFrames, frames);
    }
  }

  /** Settles, and lets go of a trace that may not be used again. */
  void forgetActive() {
    settle();
    active = null;
  }

  /** The counts of mappings as things stand. */
  Census census() {
    settle();
    Census current = census;
    if (current == null) {
      current = new Census(++censuses, alive);
      census = current;
    }
    return current;
  }

  /** Notes that a page table is about to change. */
  void changed() {
    census = null;
  }

  void addFrames(long more) {
    frames += more;
  }

  Faults handler() {
    return handler;
  }

  FaultTally tally() {
    return tally;
  }

  int nextGeneration() {
    return ++generations;
  }

  void born(CowProcess process) {
    alive.add(process);
    changed();
  }

  void died(CowProcess process) {
    alive.remove(process);
    changed();
  }
}
