package io.forkscope.models.php;

import io.forkscope.models.MersenneTwister;

/**
 * mt_rand as PHP 8.2 draws it, so that a sample reads the very elements that the real run reads.
 * Source: PHP 8.2 ext/standard/mt_rand.c (php_mt_initialize, php_mt_rand_range32).
 */
final class PhpRandom {

  private MersenneTwister twister;

  PhpRandom(long seed) {
    twister = new MersenneTwister((int) seed);
  }

  PhpRandom(PhpRandom other) {
    twister = new MersenneTwister(other.twister);
  }

  /** mt_srand. */
  void seed(long seed) {
    twister = new MersenneTwister((int) seed);
  }

  /** mt_rand(): 31 bits. */
  long draw() {
    return Integer.toUnsignedLong(twister.next()) >>> 1;
  }

  /** mt_rand(least, most), both included. */
  long between(long least, long most) {
    long range = most - least;
    if (range <= 0) {
      return least;
    }
    long result = Integer.toUnsignedLong(twister.next());
    long values = range + 1;
    if ((values & range) == 0) {
      return least + (result & range);
    }
    long all = 0xffff_ffffL;
    long ceiling = all - all % values - 1;
    while (result > ceiling) {
      result = Integer.toUnsignedLong(twister.next());
    }
    return least + result % values;
  }
}
