package io.forkscope.models;

/**
 * MT19937 of Matsumoto and Nishimura (ACM TOMACS 8, 1998), which Python's, Ruby's and PHP's random
 * numbers are made from. Equal to the original's {@code genrand_int32}, draw by draw.
 */
public final class MersenneTwister {

  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int index = N;

  /** {@code init_genrand}. */
  public MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** {@code init_by_array}. */
  public MersenneTwister(int[] key) {
    this(19650218);
    int i = 1;
    for (int k = 0; k < Math.max(N, key.length); k++) {
      int j = k % key.length;
      state[i] = (state[i] ^ (mixed(i) * 1664525)) + key[j] + j;
      i = following(i);
    }
    for (int k = 1; k < N; k++) {
      state[i] = (state[i] ^ (mixed(i) * 1566083941)) - i;
      i = following(i);
    }
    state[0] = 0x80000000;
  }

  /** A generator that goes on as the other would. */
  public MersenneTwister(MersenneTwister other) {
    System.arraycopy(other.state, 0, state, 0, N);
    index = other.index;
  }

  private int mixed(int i) {
    return state[i - 1] ^ (state[i - 1] >>> 30);
  }

  /** The next place of the state, 1 to N - 1 in a circle; place 0 repeats the last. */
  private int following(int i) {
    if (i + 1 < N) {
      return i + 1;
    }
    state[0] = state[N - 1];
    return 1;
  }

  /** The next 32 bits. */
  public int next() {
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

  /** The next number in [0, 1) of 53 bits: {@code genrand_res53}. */
  public double nextDouble() {
    int high = next() >>> 5;
    int low = next() >>> 6;
    return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
  }
}
