package io.forkscope.cli;

/** Ends a command with one line on stderr and an exit code. */
final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String line, Throwable cause) {
    super(line, cause);
    this.exitCode = exitCode;
  }

  /** The command line is at fault, which only the other side could tell. */
  static CommandFailure usage(String line) {
    return new CommandFailure(ExitCode.USAGE, line, new IllegalArgumentException(line));
  }

  /** An input is at fault: what, where, what to do. */
  static CommandFailure badInput(String line, Throwable cause) {
    return new CommandFailure(ExitCode.BAD_INPUT, line, cause);
  }

  /** The machine lacks something: what, and what can be done instead. */
  static CommandFailure environment(String line) {
    return new CommandFailure(ExitCode.ENVIRONMENT, line, new IllegalStateException(line));
  }

  /** The machine lacks something, with the failure that showed it. */
  static CommandFailure environment(String line, Throwable cause) {
    return new CommandFailure(ExitCode.ENVIRONMENT, line, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
