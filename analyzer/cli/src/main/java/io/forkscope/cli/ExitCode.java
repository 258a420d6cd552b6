package io.forkscope.cli;

/** The documented exit codes. */
final class ExitCode {

  /** Everything went well. */
  static final int FINE = 0;

  /** The work was done, and a gate such as {@code --max-error} says no. */
  static final int GATE_FAILED = 1;

  /** The command line cannot be understood. */
  static final int USAGE = 2;

  /** An input is unreadable, damaged or says something impossible. */
  static final int BAD_INPUT = 3;

  /** The machine lacks something: root, Linux, an interpreter, disk space, memory. */
  static final int ENVIRONMENT = 4;

  /** Forkscope itself is at fault; EX_SOFTWARE of sysexits.h, so that no gate is taken for it. */
  static final int INTERNAL = 70;

  private ExitCode() {}
}
