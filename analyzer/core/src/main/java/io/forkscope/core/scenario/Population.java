package io.forkscope.core.scenario;

/**
 * Objects that the parent builds before the fork.
 *
 * @param name how actions refer to it
 * @param holder what holds them, for example {@code list}; a word of the vocabulary
 * @param of what one element is; for a mapping, a {@code pair} of key and value
 * @param count how many elements are created
 * @param shuffleSeed seed of the runtime's own generator with which the holder is shuffled after
 *     building, or a negative number for creation order
 * @param keepEvery 1 keeps all; k keeps every k-th element and frees the rest, leaving holes
 */
public record Population(
    String name, String holder, Value of, long count, long shuffleSeed, int keepEvery) {

  /** The largest count a population may have: what a 47-bit address space could hold at best. */
  public static final long MOST = 1L << 40;

  /** Checks bounds. */
  public Population {
    if (name.isBlank()) {
      throw new IllegalArgumentException("population without a name");
    }
    if (count < 0 || count > MOST) {
      throw new IllegalArgumentException(
          "count of population " + name + " must be 0 to " + MOST + ", not " + count);
    }
    if (keepEvery < 1) {
      throw new IllegalArgumentException(
          "keep-every of population " + name + " must be at least 1, not " + keepEvery);
    }
  }
}
