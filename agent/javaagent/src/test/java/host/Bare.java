package host;

/** Needs java.base alone and does next to nothing: what is left of a program in a bare JVM. */
public final class Bare {
  private Bare() {}

  /** Prints one line. */
  public static void main(String[] arguments) {
    System.out.println("bare " + new int[] {1, 2, 3}.length);
  }
}
