package io.forkscope.models.cpython;

import io.forkscope.models.MersenneTwister;

/**
 * Python's {@code random.Random(seed)}: the Mersenne Twister, seeded by an array of the seed's
 * 32-bit words, and the derived draws of Lib/random.py. Equal to the real generator, draw by draw.
 */
final class PythonRandom {

  private final MersenneTwister twister;
  private final boolean floatDraws;

  /** The generator of a seed; 2.7 derives integers from floats, 3.x from bits. */
  PythonRandom(long seed, CPythonVersion version) {
    floatDraws = version == CPythonVersion.V2_7;
    long magnitude = Math.abs(seed);
    int[] key =
        magnitude >>> 32 == 0
            ? new int[] {(int) magnitude}
            : new int[] {(int) magnitude, (int) (magnitude >>> 32)};
    twister = new MersenneTwister(key); // init_by_array, Modules/_randommodule.c
  }

  private PythonRandom(PythonRandom other) {
    twister = new MersenneTwister(other.twister);
    floatDraws = other.floatDraws;
  }

  PythonRandom copy() {
    return new PythonRandom(this);
  }

  /** {@code random()}: 53 bits in [0, 1). */
  double random() {
    return twister.nextDouble();
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
      return (twister.next() & 0xffffffffL) >>> (32 - count);
    }
    long low = twister.next() & 0xffffffffL;
    long high = (twister.next() & 0xffffffffL) >>> (64 - count);
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
