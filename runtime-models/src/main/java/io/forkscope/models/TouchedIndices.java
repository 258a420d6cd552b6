package io.forkscope.models;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Step;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Indices that a {@code sample} step touches: {@code count} of them, uniform, hot ({@code
 * hot-share} of them in the first {@code hot-ratio}) or zipf. Its draws are its own: the runtime's
 * generator draws others of the same distribution.
 */
public final class TouchedIndices {

  /** Names of the distributions. */
  public static final List<String> DISTRIBUTIONS = List.of("uniform", "hot", "zipf");

  private long state;

  /** Draws from a seed on. */
  public TouchedIndices(long seed) {
    state = seed;
  }

  /** Refuses a step whose words or numbers make no sense. */
  public static void check(Step step) {
    String distribution = step.argument("distribution", "uniform");
    Nearest.check("distribution", distribution, DISTRIBUTIONS);
    number(step, "count", "1000", 1e9);
    number(step, "hot-ratio", "0.1", 1);
    number(step, "hot-share", "0.9", 1);
  }

  /** An argument that is a number of at least 0. */
  public static double number(Step step, String name, String otherwise, double most) {
    String text = step.argument(name, otherwise);
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is not a number: '" + text + "'", e);
    }
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(name + " must be 0 to " + most + ", not " + text);
    }
    return value;
  }

  /** Gives every index, repeated ones too, of {@code bound} elements. */
  public void forEach(Step step, long bound, LongConsumer target) {
    check(step);
    long count = (long) number(step, "count", "1000", 1e9);
    double hotRatio = number(step, "hot-ratio", "0.1", 1);
    double hotShare = number(step, "hot-share", "0.9", 1);
    String distribution = step.argument("distribution", "uniform");
    for (long i = 0; i < count; i++) {
      long index =
          switch (distribution) {
            case "hot" -> next() < hotShare ? pick(bound * hotRatio) : pick((double) bound);
            case "zipf" -> (long) Math.pow((double) bound, next()) - 1;
            default -> pick((double) bound);
          };
      target.accept(Math.min(index, bound - 1));
    }
  }

  private long pick(double bound) {
    return (long) (next() * Math.max(1, bound));
  }

  /** SplitMix64 [Steele, Lea, Flood 2014], as a number in [0, 1). */
  private double next() {
    state += 0x9e3779b97f4a7c15L;
    long mixed = state;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return ((mixed ^ (mixed >>> 31)) >>> 11) * 0x1.0p-53;
  }
}
