package io.forkscope.models.redis;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Step;
import java.util.List;

/**
 * Which keys a load touches, command by command; a pure function of the step and the seed, so that
 * the model and a real load touch the same keys.
 *
 * <p>Hot keys and the ranks of a Zipf distribution are scattered over the population by a random
 * permutation (a Feistel network, walked until it falls inside), as they are in a database that was
 * not filled in order of heat; {@code place: first} makes them the first keys instead. Zipf ranks
 * are drawn by rejection-inversion [Hörmann, Derflinger 1996].
 */
final class KeyChooser {

  static final List<String> DISTRIBUTIONS = List.of("uniform", "hot", "zipf");
  static final List<String> PLACES = List.of("scattered", "first");

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final String distribution;
  private final long count;
  private final long hotKeys;
  private final double hotShare;
  private final double exponent;
  private final boolean scattered;
  private final int halfBits;
  private final double integralFirst;
  private final double integralLast;
  private final double squeeze;
  private long state;

  /** Chooses among {@code count} keys, at least 1. */
  KeyChooser(Step step, long count, long seed) {
    this.count = count;
    this.state = seed * GOLDEN;
    distribution = word(step, "distribution", "uniform", DISTRIBUTIONS);
    scattered = word(step, "place", "scattered", PLACES).equals("scattered");
    halfBits = Math.max(1, (65 - Long.numberOfLeadingZeros(count - 1)) / 2);
    hotKeys = Math.max(1, Math.round(count * number(step, "hot-ratio", 0.1, 0, 1)));
    hotShare = number(step, "hot-share", 1, 0, 1);
    exponent = number(step, "exponent", 0.99, 0.01, 10);
    integralFirst = integral(1.5) - 1;
    integralLast = integral(count + 0.5);
    squeeze = 2 - inverse(integral(2.5) - Math.pow(2, -exponent));
  }

  /** Checks the words and numbers of a step. */
  static void check(Step step) {
    new KeyChooser(step, 1, 0);
  }

  /** The next key's index. */
  long next() {
    return switch (distribution) {
      case "hot" -> uniform() < hotShare ? place(below(hotKeys)) : below(count);
      case "zipf" -> place(zipf() - 1);
      default -> below(count);
    };
  }

  private long place(long rank) {
    long placed = rank;
    if (scattered) {
      do {
        placed = permuted(placed);
      } while (placed >= count);
    }
    return placed;
  }

  /** Four rounds over twice {@code halfBits} bits. */
  private long permuted(long number) {
    long mask = (1L << halfBits) - 1;
    long left = number >>> halfBits;
    long right = number & mask;
    for (int round = 1; round <= 4; round++) {
      long next = left ^ (mix(right + round * GOLDEN) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }

  private long zipf() {
    while (true) {
      double u = integralLast + uniform() * (integralFirst - integralLast);
      double x = inverse(u);
      double rank = Math.max(1, Math.min((double) count, Math.rint(x)));
      if (rank - x <= squeeze || u >= integral(rank + 0.5) - Math.pow(rank, -exponent)) {
        return (long) rank;
      }
    }
  }

  /** The integral of x^-exponent. */
  private double integral(double x) {
    double log = Math.log(x);
    double rest = (1 - exponent) * log;
    return (Math.abs(rest) > 1e-8 ? Math.expm1(rest) / rest : 1 + rest / 2) * log;
  }

  private double inverse(double u) {
    double t = Math.max(-1, u * (1 - exponent));
    return Math.exp((Math.abs(t) > 1e-8 ? Math.log1p(t) / t : 1 - t / 2) * u);
  }

  private long below(long bound) {
    return (long) (uniform() * bound);
  }

  private double uniform() {
    state += GOLDEN;
    return (mix(state) >>> 11) * 0x1.0p-53;
  }

  /** The finaliser of SplitMix64 [Steele, Lea, Flood 2014]. */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  private static String word(Step step, String name, String otherwise, List<String> known) {
    String word = step.argument(name, otherwise);
    Nearest.check(name, word, known);
    return word;
  }

  private static double number(
      Step step, String name, double otherwise, double least, double most) {
    String text = step.argument(name, Double.toString(otherwise));
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused below, like a number out of range
    }
    throw new IllegalArgumentException(
        name + " of " + step.verb() + " must be " + least + " to " + most + ", not " + text);
  }
}
