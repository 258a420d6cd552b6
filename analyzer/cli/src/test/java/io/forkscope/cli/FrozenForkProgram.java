package io.forkscope.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A JVM that allocates on command: {@code run MIB}, {@code fork}, {@code quit} on standard input,
 * one answer a command.
 */
final class FrozenForkProgram {

  /** Objects that stay reachable for a while, so that collections have something to copy. */
  private static final Object[] RING = new Object[20_000];

  private static long seed = 1;

  private FrozenForkProgram() {}

  /** Forks a child that only sleeps; its process id. */
  static native long fork();

  public static void main(String[] arguments) throws Exception {
    System.load(arguments[0]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("run ")) {
        allocate(Long.parseLong(line.substring(4)) << 20);
        System.out.println("ran");
      } else if (line.equals("fork")) {
        readyToFork();
        long now = System.currentTimeMillis();
        System.out.println("forked " + fork() + " " + now);
      } else {
        return;
      }
    }
  }

  /** The agent's fork point, where it records. */
  static void readyToFork() {}

  private static void allocate(long bytes) {
    long left = bytes;
    while (left > 0) {
      seed = seed * 6364136223846793005L + 1442695040888963407L;
      byte[] block = new byte[16 + (int) (seed >>> 40 & 511)];
      int slot = (int) (seed >>> 20 & 0x7fffffff) % RING.length;
      if ((seed >>> 12 & 7) == 0) {
        RING[slot] = block;
      }
      left -= block.length + 16;
    }
  }
}
