package host;

/** Needs java.base alone. */
final class Alone {
  private Alone() {}

  static long allocate() {
    long total = 0;
    for (int i = 0; i < 1_000; i++) {
      total += new int[] {i, i}.length + new StringBuilder(4).capacity();
      new Alone();
    }
    return total;
  }
}
