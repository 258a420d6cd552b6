package io.forkscope.models;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Step;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Indices that a {@code sample} step touches: {@code count} of them, uniform, hot ({@code
 * hot-share} of them in the first {@code hot-ratio}) or zipf, drawn as the program that is really
 * run draws them.
 */
public final class TouchedIndices {

  /** Names of the distributions. */
  public static final List<String> DISTRIBUTIONS = List.of("uniform", "hot", "zipf");

  /** A runtime's own random numbers. */
  public interface Draws {
    /** The next number of [0, 1). */
    double fraction();

    /** The next whole number of [0, bound). */
    long below(double bound);
  }

  private TouchedIndices() {}

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
  public static void forEach(Step step, long bound, Draws draws, LongConsumer target) {
    check(step);
    long count = (long) number(step, "count", "1000", 1e9);
    double hotRatio = number(step, "hot-ratio", "0.1", 1);
    double hotShare = number(step, "hot-share", "0.9", 1);
    String distribution = step.argument("distribution", "uniform");
    for (long i = 0; i < count; i++) {
      long index =
          switch (distribution) {
            case "hot" ->
                draws.below(draws.fraction() < hotShare ? bound * hotRatio : (double) bound);
            case "zipf" -> (long) Math.pow((double) bound, draws.fraction()) - 1;
            default -> draws.below((double) bound);
          };
      target.accept(Math.min(index, bound - 1));
    }
  }
}
