package io.forkscope.models.ruby;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Step;

/** Draws elements of a population as the sample action does, and writes what each draw writes. */
final class RubySample {

  private final RubyProcess process;
  private final Step step;

  RubySample(RubyProcess process, Step step) {
    this.process = process;
    this.step = step;
  }

  void take(RubyPopulation on) {
    String take = step.argument("take", "read");
    boolean text = on.shape.isString();
    boolean codeRange =
        (take.equals("length") || take.equals("hash")) && text && !on.codeRangesKnown;
    boolean freeze = take.equals("freeze") && !on.frozen;
    boolean attribute = take.equals("set-attr");
    if (on.count == 0 || on.shape.isImmediate()) {
      return;
    }
    RubyRandom random = process.randoms().kept(RubyVerbs.count(step, "seed", RubyVerbs.SEED));
    WriteSink sink =
        process
            .memory()
            .sink(
                attribute
                    ? RubyCauses.ATTRIBUTE
                    : freeze ? RubyCauses.FREEZE : RubyCauses.CODE_RANGE);
    RubyPlaces places = on.places(process.heap());
    long draws = RubyVerbs.count(step, "count", 1000);
    for (long i = 0; i < draws; i++) {
      long index = draw(random, on.count);
      if (attribute) {
        places.writeFirstPart(on.created(index), sink);
      } else if (codeRange || freeze) {
        places.write(on.created(index), Long.BYTES, sink);
      }
    }
  }

  private long draw(RubyRandom random, long count) {
    return switch (step.argument("distribution", "uniform")) {
      case "hot" -> {
        long hot = Math.max(1, (long) (count * RubyVerbs.ratio(step, "hot-ratio", 0.1)));
        yield random.below(random.real() < RubyVerbs.ratio(step, "hot-share", 0.9) ? hot : count);
      }
      case "zipf" -> (long) Math.pow((double) count, random.real()) - 1;
      default -> random.below(count);
    };
  }
}
