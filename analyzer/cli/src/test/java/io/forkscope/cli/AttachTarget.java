package io.forkscope.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A JVM that allocates a little, again and again, until its standard input ends. */
final class AttachTarget {

  private static List<Object> kept = List.of();

  private AttachTarget() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.out.println("running");
    while (System.in.available() == 0) {
      kept = round();
      Thread.sleep(2);
    }
    System.out.println("ended with " + kept.size());
  }

  private static List<Object> round() {
    List<Object> made = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      made.add(new long[16]);
    }
    return made;
  }
}
