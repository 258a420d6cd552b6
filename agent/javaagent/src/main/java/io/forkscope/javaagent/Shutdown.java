package io.forkscope.javaagent;

/** Tells whether the JVM is going down. */
final class Shutdown {
  private Shutdown() {}

  static boolean hasBegun() {
    Thread probe = new Thread(() -> {}, "forkscope-probe");
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException shuttingDown) {
      return true;
    }
  }
}
