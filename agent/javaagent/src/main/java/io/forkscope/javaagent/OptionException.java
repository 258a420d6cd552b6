package io.forkscope.javaagent;

/** An option of the agent cannot be understood; the message is one line for its user. */
final class OptionException extends Exception {
  private static final long serialVersionUID = 1L;

  OptionException(String message) {
    super(message);
  }
}
