package io.forkscope.javaagent;

/** The one line that the agent may say to its host's user. */
final class Console {
  private Console() {}

  /** Prints one line on stderr, whatever is in {@code text}. */
  static void say(String text) {
    System.err.println("forkscope: " + oneLine(text));
  }

  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  /** A failure in one line: its kind and message, without a trace. */
  static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getName()
        : oneLine(failure.getClass().getSimpleName() + ": " + message);
  }
}
