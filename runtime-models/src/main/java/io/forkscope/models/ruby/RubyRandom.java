package io.forkscope.models.ruby;

import io.forkscope.models.MersenneTwister;

/**
 * Ruby's {@code Random.new(seed)}: the Mersenne Twister, seeded by one 32-bit word, and the draws
 * {@code rand(n)}, {@code rand} and {@code shuffle!}. Equal to the real generator, draw by draw.
 * Source: CRuby 3.1.2 random.c ({@code rand_mt_init}, {@code limited_rand}, {@code
 * int_pair_to_real_exclusive}), array.c ({@code rb_ary_shuffle_bang}).
 */
final class RubyRandom {

  /** The largest seed of one word. */
  static final long LARGEST_SEED = 0xffff_ffffL;

  private final MersenneTwister twister;

  /** The generator of a seed of up to 32 bits. */
  RubyRandom(long seed) {
    if (seed < 0 || seed > LARGEST_SEED) {
      throw new IllegalArgumentException("seed must be 0 to " + LARGEST_SEED + ", not " + seed);
    }
    twister = new MersenneTwister((int) seed);
  }

  private RubyRandom(RubyRandom other) {
    twister = new MersenneTwister(other.twister);
  }

  RubyRandom copy() {
    return new RubyRandom(this);
  }

  /** {@code rand(bound)} for a bound of 1 to 2^32. */
  long below(long bound) {
    long limit = bound - 1;
    if (limit == 0) {
      return 0;
    }
    long mask = Long.highestOneBit(limit) * 2 - 1;
    long value;
    do {
      value = twister.next() & 0xffff_ffffL & mask;
    } while (value > limit);
    return value;
  }

  /** {@code rand}: 53 bits in [0, 1). */
  double real() {
    return twister.nextDouble();
  }

  /** The order that {@code shuffle!} gives to {@code 0 … count - 1}. */
  int[] shuffled(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int i = count; i > 0; ) {
      int j = (int) below(i);
      i--;
      int taken = order[i];
      order[i] = order[j];
      order[j] = taken;
    }
    return order;
  }
}
