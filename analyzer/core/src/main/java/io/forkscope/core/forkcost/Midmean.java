package io.forkscope.core.forkcost;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * The mean of the middle half. Where measurements are of two kinds, half of each, a median goes
 * from one kind to the other (vfork and exec: 43 to 50 us or 61 to 70, by where the child was put),
 * and a mean goes by the few that an interrupt hit.
 */
public final class Midmean {

  private Midmean() {}

  /** The mean without the lowest and the highest quarter; empty if there is nothing. */
  public static OptionalDouble of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int cut = sorted.length / 4;
    return Arrays.stream(sorted, cut, sorted.length - cut).average();
  }
}
