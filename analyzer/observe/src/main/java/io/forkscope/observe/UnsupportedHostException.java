package io.forkscope.observe;

/** The machine lacks what a measurement needs: Linux, root, or an interpreter. */
public final class UnsupportedHostException extends ObserveException {
  private static final long serialVersionUID = 1L;

  /** With a message that names what is lacking and what can be done without it. */
  public UnsupportedHostException(String message) {
    super(message);
  }
}
