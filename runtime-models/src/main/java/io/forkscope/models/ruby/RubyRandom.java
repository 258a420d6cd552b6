package io.forkscope.models.ruby;

/**
 * Ruby's {@code Random.new(seed)}: the Mersenne Twister MT19937 of Matsumoto and Nishimura (ACM
 * TOMACS 8, 1998), seeded by one 32-bit word, and the draws {@code rand(n)}, {@code rand} and
 * {@code shuffle!}. Equal to the real generator, draw by draw. Source: CRuby 3.1.2 random.c ({@code
 * rand_mt_init}, {@code limited_rand}, {@code int_pair_to_real_exclusive}), array.c ({@code
 * rb_ary_shuffle_bang}).
 */
final class RubyRandom {

  /** The largest seed of one word. */
  static final long LARGEST_SEED = 0xffff_ffffL;

  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int index = N;

  /** The generator of a seed of up to 32 bits. */
  RubyRandom(long seed) {
    if (seed < 0 || seed > LARGEST_SEED) {
      throw new IllegalArgumentException("seed must be 0 to " + LARGEST_SEED + ", not " + seed);
    }
    state[0] = (int) seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  private RubyRandom(RubyRandom other) {
    System.arraycopy(other.state, 0, state, 0, N);
    index = other.index;
  }

  RubyRandom copy() {
    return new RubyRandom(this);
  }

  private int next() {
    if (index >= N) {
      for (int k = 0; k < N; k++) {
        int y = (state[k] & 0x80000000) | (state[(k + 1) % N] & 0x7fffffff);
        state[k] = state[(k + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
      }
      index = 0;
    }
    int y = state[index++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
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
      value = next() & 0xffff_ffffL & mask;
    } while (value > limit);
    return value;
  }

  /** {@code rand}: 53 bits in [0, 1). */
  double real() {
    long high = (next() & 0xffff_ffffL) >>> 5;
    long low = (next() & 0xffff_ffffL) >>> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
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
