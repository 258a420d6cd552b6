package io.forkscope.javaagent;

/** What was asked for does not fit what the JVM is doing; the message is for the user. */
final class StateException extends Exception {
  private static final long serialVersionUID = 1L;

  StateException(String message) {
    super(message);
  }
}
