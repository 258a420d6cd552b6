package io.forkscope.models.ruby;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a warm-up built: a word of the C stack refers to its array or hash after its end, so that
 * collections find it, and take its buffer out of the transient heap by a malloc that first joins
 * the fastbins, until some call writes the word. A child's first collection does not find it.
 * Source: CRuby 3.1.2 gc.c ({@code mark_current_machine_context}), array.c ({@code
 * rb_ary_transient_heap_evacuate}).
 *
 * <p>measured: for each action and kind of elements, whether a GC.start after a warm-up by the
 * action, or after one by {@code each} and the action on the population itself, leaves it alive
 * ({@code ObjectSpace.each_object}).
 */
final class RubyWarmed {

  /** Preparations that leave the word alone; {@code run} and {@code warm} go by their action. */
  private static final Set<String> LEAVING = Set.of("gc", "disable", "enable");

  /** Actions on arrays that write it, and those that do unless they are a warm-up. */
  private static final Set<String> WRITING = Set.of("sample", "delete", "sort", "compact");

  private static final Set<String> WRITING_OUTSIDE = Set.of("copy", "gc", "minor");

  /** Actions on a hash that write it as a warm-up, and those that leave it otherwise. */
  private static final Set<String> WRITING_HASH =
      Set.of("index", "include", "lookup", "sort", "gc", "gc4", "minor", "compact");

  private static final Set<String> LEAVING_HASH =
      Set.of("noop", "index", "include", "lookup", "gc4");

  private final RubyHeap heap;
  private @Nullable RubyPopulation referred;

  RubyWarmed(RubyHeap heap) {
    this.heap = heap;
  }

  /** As a child finds it: let go of. */
  RubyWarmed(RubyWarmed parent, RubyHeap heap) {
    this.heap = heap;
    referred = parent.referred;
    drop();
  }

  /** What is alive still; null if nothing is. */
  @Nullable RubyPopulation alive() {
    return referred;
  }

  /** A warm-up by an action has come to its end. */
  void warmed(RubyPopulation population, String verb) {
    referred = population;
    if (population.isArray() ? writes(verb, population) : WRITING_HASH.contains(verb)) {
      drop();
    }
  }

  /**
   * Takes a preparation.
   *
   * @param verb its own, or that of the action that it takes
   * @param on the population that it goes to
   */
  void prepare(String preparation, String verb, RubyPopulation on) {
    RubyPopulation there = referred;
    if (there == null || LEAVING.contains(preparation)) {
      return;
    }
    boolean leaves =
        preparation.equals("run")
            && (there.isArray()
                ? !writes(verb, on) && !WRITING_OUTSIDE.contains(verb)
                : LEAVING_HASH.contains(verb));
    if (!leaves) {
      drop();
    }
  }

  private static boolean writes(String verb, RubyPopulation on) {
    return switch (verb) {
      case "json" -> !on.shape.kind().equals("int");
      case "keys" -> !on.shape.kind().equals("array");
      default -> WRITING.contains(verb);
    };
  }

  private void drop() {
    RubyPopulation there = referred;
    referred = null;
    if (there != null) {
      heap.drop(there.owner);
    }
  }
}
