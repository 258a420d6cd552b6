package io.forkscope.observe;

import java.io.IOException;

/** A process or a measurement failed; the message is one whole line for the user. */
public class ObserveException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the process or program. */
  public ObserveException(String message) {
    super(message);
  }

  /** With what caused it. */
  public ObserveException(String message, Throwable cause) {
    super(message, cause);
  }
}
