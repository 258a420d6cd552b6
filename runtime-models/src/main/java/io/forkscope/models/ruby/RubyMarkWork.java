package io.forkscope.models.ruby;

/**
 * The work of an incremental marking: each object is marked once and popped from the mark stack
 * once, and a step ends when more than its share was popped and marked. What the start image holds
 * comes first, because the classes are reached from the roots that are pushed last; then the holder
 * of a population is popped, which marks all its elements at once; then the elements are popped.
 * What the holder takes afterwards is marked by the write barrier, outside of the steps. Source:
 * CRuby 3.1.2 gc.c ({@code gc_mark_stacked_objects}, {@code gc_mark_roots}, {@code
 * gc_writebarrier_incremental}).
 */
final class RubyMarkWork {

  /** measured with a debugger: objects that gc_mark_roots has marked before the first step. */
  private static final int ROOTS = 725;

  private final long perElement;
  private long image;
  private long grey;
  private long known;
  private long together;
  private boolean holderIsBlack;
  private int emptied;

  /**
   * A marking that begins.
   *
   * @param live objects that are reachable now
   * @param elements how many of a population's elements exist now
   * @param objects objects of each of those elements
   */
  RubyMarkWork(long live, long elements, int objects) {
    // its header is popped, the objects it refers to are marked and popped
    this.perElement = 2L * objects - 1;
    this.image = 2 * (live - elements * objects) - ROOTS;
  }

  RubyMarkWork(RubyMarkWork parent) {
    perElement = parent.perElement;
    image = parent.image;
    grey = parent.grey;
    known = parent.known;
    together = parent.together;
    holderIsBlack = parent.holderIsBlack;
    emptied = parent.emptied;
  }

  /** How many steps emptied the mark stack. */
  int emptied() {
    return emptied;
  }

  /** How many elements the holder marked when it was popped, or does if it was not yet. */
  long together(long elements) {
    return holderIsBlack ? together : elements;
  }

  /**
   * Takes one step.
   *
   * @param slots the step's share, {@code rincgc.step_slots}
   * @param elements how many of the population's elements exist now
   * @return whether the mark stack is empty
   */
  boolean step(long slots, long elements) {
    long left = slots + 1;
    long taken = Math.min(left, image);
    image -= taken;
    left -= taken;
    if (left > 0 && !holderIsBlack) {
      holderIsBlack = true;
      left -= 1 + elements;
      together = elements;
      known = 0;
    }
    if (holderIsBlack) {
      grey += (elements - known) * perElement;
      known = elements;
      taken = Math.min(Math.max(0, left), grey);
      grey -= taken;
    }
    boolean empty = holderIsBlack && image == 0 && grey == 0;
    emptied += empty ? 1 : 0;
    return empty;
  }
}
