package io.forkscope.models.perl;

import io.forkscope.models.TouchedIndices;

/**
 * rand as perl 5.36 draws it, so that a sample or shuffle picks the very elements that the real run
 * picks: drand48 of 48 bits. Source: perl 5.36 util.c (Perl_drand48_init_r, Perl_drand48_r).
 */
final class PerlRandom implements TouchedIndices.Draws {

  private static final long MASK = (1L << 48) - 1;

  private long state;

  PerlRandom(long seed) {
    seed(seed);
  }

  /** srand. */
  void seed(long seed) {
    state = ((seed & 0xffff_ffffL) << 16) + 0x330e;
  }

  @Override
  public double fraction() {
    state = (state * 0x5_deec_e66dL + 0xb) & MASK;
    return state * 0x1.0p-48;
  }

  /** int(rand(bound)). */
  @Override
  public long below(double bound) {
    return (long) (fraction() * bound);
  }
}
