package io.forkscope.models.php;

/**
 * mt_rand as PHP 8.2 draws it, so that a sample reads the very elements that the real run reads.
 * Source: PHP 8.2 ext/standard/mt_rand.c (php_mt_initialize, php_mt_reload, php_mt_rand_range32);
 * MT19937 [Matsumoto, Nishimura 1998].
 */
final class PhpRandom {

  private static final int WORDS = 624;
  private static final int MIDDLE = 397;

  private final int[] state = new int[WORDS];
  private int next;

  PhpRandom(long seed) {
    seed(seed);
  }

  PhpRandom(PhpRandom other) {
    System.arraycopy(other.state, 0, state, 0, WORDS);
    next = other.next;
  }

  /** mt_srand. */
  void seed(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < WORDS; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    next = WORDS;
  }

  /** mt_rand(): 31 bits. */
  long draw() {
    return Integer.toUnsignedLong(word()) >>> 1;
  }

  /** mt_rand(least, most), both included. */
  long between(long least, long most) {
    long range = most - least;
    if (range <= 0) {
      return least;
    }
    long result = Integer.toUnsignedLong(word());
    long values = range + 1;
    if ((values & range) == 0) {
      return least + (result & range);
    }
    long all = 0xffff_ffffL;
    long ceiling = all - all % values - 1;
    while (result > ceiling) {
      result = Integer.toUnsignedLong(word());
    }
    return least + result % values;
  }

  private int word() {
    if (next == WORDS) {
      reload();
    }
    int word = state[next++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return word ^ (word >>> 18);
  }

  private void reload() {
    for (int i = 0; i < WORDS; i++) {
      int follows = state[(i + 1) % WORDS];
      int mixed = (state[i] & 0x8000_0000) | (follows & 0x7fff_ffff);
      state[i] = state[(i + MIDDLE) % WORDS] ^ (mixed >>> 1) ^ (-(follows & 1) & 0x9908b0df);
    }
    next = 0;
  }
}
