package io.forkscope.models.lua;

import io.forkscope.models.TouchedIndices;

/**
 * math.random as Lua 5.4 draws it, so that a sample touches the very elements that the real run
 * touches: xoshiro256**. Source: Lua 5.4.4 lmathlib.c (nextrand, I2d, project, setseed).
 */
final class LuaRandom implements TouchedIndices.Draws {

  private static final int DISCARDED = 16;

  private final long[] state = new long[4];

  LuaRandom(long seed) {
    seed(seed);
  }

  /** math.randomseed of one integer. */
  void seed(long seed) {
    state[0] = seed;
    state[1] = 0xff;
    state[2] = 0;
    state[3] = 0;
    for (int i = 0; i < DISCARDED; i++) {
      next();
    }
  }

  private long next() {
    long second = state[1];
    long result = Long.rotateLeft(second * 5, 7) * 9;
    state[2] ^= state[0];
    state[3] ^= second;
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= second << 17;
    state[3] = Long.rotateLeft(state[3], 45);
    return result;
  }

  @Override
  public double fraction() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  /** math.random(bound) - 1, of a whole number of at least 1. */
  @Override
  public long below(double bound) {
    long most = Math.max(1, (long) bound) - 1;
    long random = next();
    if ((most & (most + 1)) == 0) {
      return random & most;
    }
    long mask = -1L >>> Long.numberOfLeadingZeros(most);
    while (Long.compareUnsigned(random & mask, most) > 0) {
      random = next();
    }
    return random & mask;
  }
}
