package io.forkscope.models.php;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Step;
import java.util.List;
import java.util.function.LongConsumer;

/** The positions that {@code sample} reads, drawn as the real program draws them. */
final class PhpSamples {

  static final List<String> DISTRIBUTIONS = List.of("uniform", "hot", "zipf");

  private static final double DRAWS = 2147483648.0;

  private final PhpRandom random;

  PhpSamples(PhpRandom random) {
    this.random = random;
  }

  /** Gives {@code count} random positions of {@code elements}. */
  void forEach(Step step, long elements, LongConsumer target) {
    long count = Long.parseLong(step.argument("count", "1000"));
    String distribution = step.argument("distribution", "uniform");
    Nearest.check("distribution", distribution, DISTRIBUTIONS);
    double hotShare = Double.parseDouble(step.argument("hot-share", "0.9"));
    long hot = (long) (elements * Double.parseDouble(step.argument("hot-ratio", "0.1")));
    for (long i = 0; i < count; i++) {
      target.accept(
          switch (distribution) {
            case "hot" ->
                random.draw() / DRAWS < hotShare
                    ? random.between(0, hot - 1)
                    : random.between(0, elements - 1);
            case "zipf" -> (long) Math.pow((double) elements, random.draw() / DRAWS) - 1;
            default -> random.between(0, elements - 1);
          });
    }
  }
}
