package io.forkscope.core.verdict;

import io.forkscope.core.simulation.MemorySample;
import java.util.List;

/**
 * What a family of processes holds together over time. Its PSS is what it really takes, as shared
 * pages count once in it.
 *
 * @param samples in order of time; at least one
 * @param from where its steady state begins: the start of the last whole life of a worker
 * @param to where that life ends; {@code from} where no worker is replaced
 */
record FamilyMemory(List<MemorySample> samples, long from, long to) {

  FamilyMemory {
    samples = List.copyOf(samples);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("the memory of a family needs a sample");
    }
  }

  /**
   * Of a run.
   *
   * @param recycleAfter requests after which a worker is replaced; 0 for never
   */
  static FamilyMemory of(List<MemorySample> samples, long recycleAfter) {
    long last = samples.get(samples.size() - 1).epoch();
    long lives = recycleAfter == 0 ? 0 : last / recycleAfter;
    return lives == 0
        ? new FamilyMemory(samples, last, last)
        : new FamilyMemory(samples, (lives - 1) * recycleAfter, lives * recycleAfter);
  }

  /** The most that it takes at any sample. */
  MemorySample peak() {
    MemorySample peak = samples.get(0);
    for (MemorySample sample : samples) {
      peak = sample.pssBytes() > peak.pssBytes() ? sample : peak;
    }
    return peak;
  }

  /**
   * What it takes in its steady state, in bytes: the mean over the last whole life of its workers,
   * straight between samples; what it takes at the end where no worker is replaced.
   */
  double steadyPssBytes() {
    double area = 0;
    for (int i = 1; i < samples.size(); i++) {
      MemorySample before = samples.get(i - 1);
      MemorySample after = samples.get(i);
      if (before.epoch() >= from && after.epoch() <= to) {
        area += (after.epoch() - before.epoch()) * (before.pssBytes() + after.pssBytes()) / 2.0;
      }
    }
    return to > from ? area / (to - from) : (double) samples.get(samples.size() - 1).pssBytes();
  }
}
