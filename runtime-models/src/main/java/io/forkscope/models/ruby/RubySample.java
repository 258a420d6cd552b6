package io.forkscope.models.ruby;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.scenario.Step;
import org.jspecify.annotations.Nullable;

/** Draws elements of a population as the sample action does, and writes what each draw writes. */
final class RubySample {

  /**
   * What the first sample asks malloc for, traced: the call caches of nine methods, and what knows
   * its global variable. The tables of the two classes that had none are taken by calloc.
   */
  private static final int FIRST_CALLS = 9;

  private static final int VARIABLE_BYTES = 56;
  private static final int CLASS_TABLES = 2;
  private static final int CLASS_TABLE_BYTES = 64;

  private final RubyProcess process;
  private final Step step;

  RubySample(RubyProcess process, Step step) {
    this.process = process;
    this.step = step;
  }

  void take(RubyPopulation on) {
    if (on.count == 0) {
      return;
    }
    if (process.isFirstSample()) {
      takeCallCaches();
    }
    RubyRandom random = process.randoms().kept(RubyVerbs.count(step, "seed", RubyVerbs.SEED));
    Cause cause = written(on);
    long draws = RubyVerbs.count(step, "count", 1000);
    for (long i = 0; i < draws; i++) {
      long index = draw(random, on.count);
      if (cause != null) {
        write(on, on.created(index), cause);
      }
    }
  }

  /** What writes the elements that are drawn; null if they are only read. */
  private @Nullable Cause written(RubyPopulation on) {
    if (on.shape.isImmediate()) {
      return null;
    }
    return switch (step.argument("take", "read")) {
      case "set-attr" -> RubyCauses.ATTRIBUTE;
      case "freeze" -> on.frozen ? null : RubyCauses.FREEZE;
      case "length" -> codeRange(on);
      case "hash" ->
          switch (on.shape.kind()) {
            case "hash", "record" -> RubyCauses.ITERATION;
            case "object" -> on.idsGiven ? null : RubyCauses.OBJECT_ID;
            case "array", "struct" ->
                on.holdsStrings() && !on.codeRangesKnown ? RubyCauses.CODE_RANGE : null;
            default -> codeRange(on);
          };
      default -> null;
    };
  }

  private static @Nullable Cause codeRange(RubyPopulation on) {
    return on.shape.isString() && !on.codeRangesKnown ? RubyCauses.CODE_RANGE : null;
  }

  private void write(RubyPopulation on, int element, Cause cause) {
    WriteSink sink = process.memory().sink(cause);
    RubyPlaces places = on.places(process.heap());
    if (cause.equals(RubyCauses.ATTRIBUTE)) {
      places.writeFirstPart(element, sink);
    } else if (cause.equals(RubyCauses.CODE_RANGE) && on.holdsStrings()) {
      places.writeParts(element, Long.BYTES, sink);
    } else if (!cause.equals(RubyCauses.OBJECT_ID) || on.giveId(process, element)) {
      places.write(element, Long.BYTES, sink);
    }
  }

  private void takeCallCaches() {
    RubyXmalloc xmalloc = process.xmalloc();
    xmalloc.malloc(VARIABLE_BYTES);
    for (int i = 0; i < CLASS_TABLES; i++) {
      xmalloc.calloc(CLASS_TABLE_BYTES);
    }
    for (int i = 0; i < FIRST_CALLS; i++) {
      process.heap().allocate(new byte[] {RubySlots.live(0)}, 0, 1, process.collector());
      for (int bytes : RubyProcess.CALL_CACHE_BYTES) {
        xmalloc.malloc(bytes);
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
