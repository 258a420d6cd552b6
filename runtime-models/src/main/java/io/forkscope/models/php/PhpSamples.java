package io.forkscope.models.php;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Step;
import java.util.List;

/** Reads of single elements: by stride, or at random. */
final class PhpSamples {

  static final List<String> DISTRIBUTIONS = List.of("uniform", "hot", "zipf");

  private long state;

  PhpSamples(long seed) {
    state = seed;
  }

  /** Every {@code stride}-th element of a list. */
  void strided(PhpPopulation d, long stride, WriteSink sink) {
    if (stride < 1) {
      throw new IllegalArgumentException("stride must be at least 1, not " + stride);
    }
    for (long i = 0; i < d.count; i += stride) {
      sink.write(d.roles[d.value.header].address(i), 4);
    }
  }

  /** {@code count} random elements of a list. */
  void run(Step step, PhpPopulation d, WriteSink sink) {
    long count = Long.parseLong(step.argument("count", "1000"));
    String distribution = step.argument("distribution", "uniform");
    if (!DISTRIBUTIONS.contains(distribution)) {
      throw new IllegalArgumentException(
          Nearest.refusal("distribution", distribution, DISTRIBUTIONS));
    }
    double hotRatio = Double.parseDouble(step.argument("hot-ratio", "0.1"));
    double hotShare = Double.parseDouble(step.argument("hot-share", "0.9"));
    for (long i = 0; i < count; i++) {
      long index =
          switch (distribution) {
            case "hot" -> next() < hotShare ? pick(d.count * hotRatio) : pick((double) d.count);
            case "zipf" -> (long) Math.pow((double) d.count, next()) - 1;
            default -> pick((double) d.count);
          };
      if (d.value.refcounted() && !d.isMap) {
        sink.write(d.roles[d.value.header].address(index), 4);
      }
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
