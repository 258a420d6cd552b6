package io.forkscope.models.cpython;

/**
 * Python's {@code random.Random(seed)}: the Mersenne Twister MT19937 of Matsumoto and Nishimura
 * (ACM TOMACS 8, 1998), seeded by an array of the seed's 32-bit words, and the derived draws of
 * Lib/random.py. Equal to the real generator, draw by draw.
 */
final class PythonRandom {

  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private final boolean floatDraws;
  private int index = N;

  /** The generator of a seed; 2.7 derives integers from floats, 3.x from bits. */
  PythonRandom(long seed, CPythonVersion version) {
    floatDraws = version == CPythonVersion.V2_7;
    long magnitude = Math.abs(seed);
    int[] key =
        magnitude >>> 32 == 0
            ? new int[] {(int) magnitude}
            : new int[] {(int) magnitude, (int) (magnitude >>> 32)};
    seedByArray(key); // init_by_array, Modules/_randommodule.c
  }

  private PythonRandom(PythonRandom other) {
    System.arraycopy(other.state, 0, state, 0, N);
    floatDraws = other.floatDraws;
    index = other.index;
  }

  PythonRandom copy() {
    return new PythonRandom(this);
  }

  private void seedByArray(int[] key) {
    state[0] = 19650218;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    int i = 1;
    int j = 0;
    for (int k = Math.max(N, key.length); k > 0; k--) {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1664525)) + key[j] + j;
      i++;
      j = (j + 1) % key.length;
      if (i >= N) {
        state[0] = state[N - 1];
        i = 1;
      }
    }
    for (int k = N - 1; k > 0; k--) {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1566083941)) - i;
      i++;
      if (i >= N) {
        state[0] = state[N - 1];
        i = 1;
      }
    }
    state[0] = 0x80000000;
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

  /** {@code random()}: 53 bits in [0, 1). */
  double random() {
    int high = next() >>> 5;
    int low = next() >>> 6;
    return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
  }

  /** {@code randrange(n)}, n at least 1. */
  long below(long n) {
    if (floatDraws) {
      return (long) (random() * n);
    }
    int bits = 64 - Long.numberOfLeadingZeros(n); // n.bit_length(), _randbelow_with_getrandbits
    long draw = bits(bits);
    while (draw >= n) {
      draw = bits(bits);
    }
    return draw;
  }

  private long bits(int count) {
    if (count <= 32) {
      return (next() & 0xffffffffL) >>> (32 - count);
    }
    long low = next() & 0xffffffffL;
    long high = (next() & 0xffffffffL) >>> (64 - count);
    return high << 32 | low;
  }

  /** {@code shuffle(list(range(n)))}. */
  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = (int) below(i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
