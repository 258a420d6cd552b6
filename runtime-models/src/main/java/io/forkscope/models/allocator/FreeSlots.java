package io.forkscope.models.allocator;

import java.util.Arrays;

/**
 * A last-in first-out list of free slots of one size, kept as runs of a constant stride. A run is
 * taken from its first slot on.
 */
public final class FreeSlots {

  /** A run of nearer slots than this does not leave its mapping. */
  private static final long NEAR_BYTES = 4096;

  private long[] firsts = new long[4];
  private long[] strides = new long[4];
  private long[] counts = new long[4];
  private int runs;
  private long slots;

  /** No slots. */
  public FreeSlots() {}

  /** The same slots; later ones are given and taken apart. */
  public FreeSlots(FreeSlots other) {
    firsts = other.firsts.clone();
    strides = other.strides.clone();
    counts = other.counts.clone();
    runs = other.runs;
    slots = other.slots;
  }

  /** Puts a run on top: its first slot is the next to be taken. */
  public void push(long first, long stride, long count) {
    if (count <= 0) {
      return;
    }
    if (runs == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * runs);
      strides = Arrays.copyOf(strides, 2 * runs);
      counts = Arrays.copyOf(counts, 2 * runs);
    }
    firsts[runs] = first;
    strides[runs] = stride;
    counts[runs] = count;
    slots += count;
    runs++;
  }

  /** Puts one slot on top; it joins the topmost run where it lies a stride before its first. */
  public void pushOne(long address) {
    int top = runs - 1;
    long stride = top < 0 ? 0 : firsts[top] - address;
    boolean joins =
        stride != 0
            && Math.abs(stride) < NEAR_BYTES
            && (counts[top] == 1 || stride == strides[top]);
    if (!joins) {
      push(address, 1, 1);
      return;
    }
    firsts[top] = address;
    strides[top] = stride;
    counts[top]++;
    slots++;
  }

  /** Slots in all runs. */
  public long count() {
    return slots;
  }

  /** Takes the topmost run away and gives it to {@code target}; false if there is none. */
  public boolean popRun(BlockRuns.RunTarget target) {
    if (runs == 0) {
      return false;
    }
    runs--;
    slots -= counts[runs];
    target.take(firsts[runs], strides[runs], counts[runs]);
    return true;
  }

  /** Slots in the topmost run; 0 if there is none. */
  public long topCount() {
    return runs == 0 ? 0 : counts[runs - 1];
  }

  /** The slot of the topmost run that is taken next. */
  public long topFirst() {
    return firsts[runs - 1];
  }

  /** Bytes from one slot of the topmost run to the next. */
  public long topStride() {
    return strides[runs - 1];
  }

  /** Takes {@code count} slots of the topmost run; the address of the first of them. */
  public long take(long count) {
    int top = runs - 1;
    long first = firsts[top];
    slots -= count;
    counts[top] -= count;
    firsts[top] += count * strides[top];
    if (counts[top] == 0) {
      runs--;
    }
    return first;
  }
}
