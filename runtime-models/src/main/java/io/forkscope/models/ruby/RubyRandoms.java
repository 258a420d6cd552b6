package io.forkscope.models.ruby;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.WriteSink;
import java.util.TreeMap;

/**
 * The random generators of a process: those that its samples keep, by seed, and the default one,
 * which any draw asks for and the child of a fork resets, so that whoever does so first takes its
 * block. Source: CRuby 3.1.2 random.c ({@code default_rand}, {@code try_rand_if}, {@code
 * rb_reset_random_seed}).
 */
final class RubyRandoms {

  /** {@code sizeof(rb_random_mt_t)}, traced. */
  private static final int GENERATOR_BYTES = 2520;

  /** An st_table with room for four entries, for what is local to a Ractor: ractor.c, st.c. */
  private static final int[] LOCALS_BYTES = {56, 96};

  private final RubyProcess process;
  private final TreeMap<Long, RubyRandom> bySeed = new TreeMap<>();
  private boolean hasDefault;

  RubyRandoms(RubyProcess process) {
    this.process = process;
  }

  /** As a fork finds them. */
  RubyRandoms(RubyRandoms parent, RubyProcess process) {
    this.process = process;
    parent.bySeed.forEach((seed, random) -> bySeed.put(seed, random.copy()));
    hasDefault = parent.hasDefault;
  }

  /** The generator of a seed, which stays, from its first draw on. */
  RubyRandom kept(long seed) {
    RubyRandom known = bySeed.get(seed);
    if (known == null) {
      known = make(seed, RubySlots.live(0));
      bySeed.put(seed, known);
    }
    return known;
  }

  /** A generator that is dropped after its use. */
  RubyRandom dropped(long seed) {
    return make(seed, RubySlots.doomed());
  }

  private RubyRandom make(long seed, byte slot) {
    process.heap().allocate(new byte[] {slot}, 0, 1, process.collector());
    process.xmalloc().mallocForLast(GENERATOR_BYTES);
    useDefault(RubyCauses.MALLOC);
    return new RubyRandom(seed);
  }

  /**
   * Takes the blocks of the default generator, unless it has them. A block as large as this first
   * joins the fastbins. What the blocks themselves take is part of what is measured of a fork.
   */
  void useDefault(Cause cause) {
    if (hasDefault) {
      return;
    }
    hasDefault = true;
    WriteSink sink = process.memory().sink(cause);
    process.brk().malloc(GENERATOR_BYTES, sink);
    for (int bytes : LOCALS_BYTES) {
      process.brk().malloc(bytes, sink);
    }
  }
}
