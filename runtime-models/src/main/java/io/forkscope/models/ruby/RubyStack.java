package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What keeps the elements of a first array alive after their population was thinned out.
 *
 * <p>A marking in steps leaves the array that takes an element meanwhile in a word of the C stack
 * that later frames of {@code rb_yield} and {@code rb_vm_exec} cover but do not write; the
 * collector looks at every word of the stack, and finds it there until some call writes it; a child
 * never does, as its whole life lies below such a frame. And an old array that took young elements
 * is remembered: the next minor marking marks what it refers to, whether it is dead or not. Source:
 * CRuby 3.1.2 gc.c ({@code rb_gc_writebarrier}, which calls {@code gc_writebarrier_incremental},
 * {@code mark_current_machine_context}, {@code rgengc_rememberset_mark}), array.c ({@code
 * rb_ary_initialize}).
 *
 * <p>measured with a hook at the end of each marking of Debian 12's ruby3.1, which looked for the
 * array in the stack: which steps leave the word alone, and that {@code shuffle!} and all other
 * steps do not.
 */
final class RubyStack {

  /** Preparations that leave the word alone. */
  private static final Set<String> LEAVING = Set.of("gc", "disable", "enable");

  /** Actions that do. */
  private static final Set<String> LEAVING_ACTIONS =
      Set.of("noop", "each", "index", "map", "max", "min", "gc4");

  /** Actions that do if the elements are arrays or hashes. */
  private static final Set<String> LEAVING_CONTAINERS = Set.of("length", "keys");

  private static final Set<String> CONTAINERS = Set.of("array", "hash", "record");

  private final RubyHeap heap;
  private final RubyCollector collector;

  /** Whose array is being filled. */
  private @Nullable RubyPopulation filling;

  /** Whose first array the word refers to. */
  private @Nullable RubyPopulation referred;

  /** Whose first arrays are dead, but were found or will be remembered by a marking. */
  private final List<RubyPopulation> leaving = new ArrayList<>();

  RubyStack(RubyHeap heap, RubyCollector collector) {
    this.heap = heap;
    this.collector = collector;
  }

  /** As a fork finds it; {@code populations} are the child's, by owner. */
  RubyStack(
      RubyStack parent, RubyHeap heap, RubyCollector collector, List<RubyPopulation> populations) {
    this(heap, collector);
    parent.leaving.forEach(left -> leaving.add(populations.get(left.owner - 1)));
    RubyPopulation there = parent.referred;
    referred = there == null || !there.hasFirst() ? null : populations.get(there.owner - 1);
  }

  /** Begins to fill the array of a population. */
  void fill(RubyPopulation population) {
    filling = population;
  }

  /** Ends the filling of an array. */
  void filled() {
    if (filling != null && collector.isMarking()) {
      refer(filling);
    }
    filling = null;
  }

  /** A marking comes to its end: a full one does not go by what is remembered. */
  void marking(boolean full) {
    leaving.removeIf(left -> full && left.firstRemembered);
    leaving.forEach(left -> left.findOthers(heap));
  }

  /**
   * The population whose elements an old first array refers to and a young one, whose parts a full
   * marking comes to from the young one first: what the stack refers to is pushed on the mark stack
   * before what globals do.
   */
  @Nullable RubyPopulation behind() {
    return referred != null && referred.isOldInFirstAlone() ? referred : null;
  }

  /** A marking has come to its end. */
  void marked(boolean inSteps) {
    leaving.forEach(left -> left.dropOthers(heap));
    leaving.clear();
    if (referred != null) {
      referred.firstRemembered = false;
    }
    if (inSteps && filling != null) {
      refer(filling);
    }
  }

  /** A population went over to a new array. */
  void thinnedOut(RubyPopulation population) {
    if (population == referred && collector.isMarking()) {
      refer(null);
    } else if (population != referred) {
      leave(population);
    }
  }

  /** Takes a preparation, of elements of a kind. */
  void prepare(Step step, String kind) {
    String verb = step.verb();
    boolean leaves = LEAVING.contains(verb);
    if (verb.equals("run") || verb.equals("warm")) {
      verb = RubyVocabulary.inner(step).verb();
      leaves =
          LEAVING_ACTIONS.contains(verb)
              || (CONTAINERS.contains(kind) && LEAVING_CONTAINERS.contains(verb));
    }
    if (!leaves) {
      overwrite();
    }
  }

  /** Writes the word. */
  void overwrite() {
    refer(null);
  }

  private void refer(@Nullable RubyPopulation population) {
    RubyPopulation before = referred;
    referred = population;
    if (before != null && before != population && before.hasFirst()) {
      leave(before);
    }
  }

  private void leave(RubyPopulation population) {
    population.dropFirst(heap);
    population.firstRemembered &= !collector.isMarking();
    if (population.firstRemembered || collector.isMarking()) {
      leaving.add(population);
    }
  }
}
