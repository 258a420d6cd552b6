package io.forkscope.observe;

/**
 * What {@code /proc/PID/stat} says of a process.
 *
 * @param pid its id
 * @param state {@code R}, {@code S}, {@code D}, {@code T} stopped, {@code t} traced, {@code Z}
 *     zombie, {@code X} dead
 * @param parent id of its parent
 * @param group id of its process group
 * @param minorFaults page faults that needed no disk, since it started
 */
public record ProcessStatus(long pid, char state, long parent, long group, long minorFaults) {

  /**
   * The status of a process.
   *
   * @throws ObserveException if it is gone
   */
  public static ProcessStatus of(long pid) throws ObserveException {
    return parse(ProcFile.text(pid, "stat"));
  }

  // pid (name) state ppid pgrp session tty tpgid flags minflt ...: proc_pid_stat(5). The name may
  // hold spaces and parentheses, so fields are counted from the last parenthesis.
  static ProcessStatus parse(String text) throws ObserveException {
    try {
      int open = text.indexOf('(');
      int close = text.lastIndexOf(')');
      String[] fields = text.substring(close + 2).trim().split(" ", 9);
      return new ProcessStatus(
          Long.parseLong(text, 0, open - 1, 10),
          fields[0].charAt(0),
          Long.parseLong(fields[1]),
          Long.parseLong(fields[2]),
          Long.parseLong(fields[7]));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ObserveException("not a /proc/PID/stat: " + text.strip(), e);
    }
  }

  /** Whether it is stopped by a signal. */
  public boolean stopped() {
    return state == 'T';
  }

  /** Whether it has ended, reaped or not. */
  public boolean ended() {
    return state == 'Z' || state == 'X' || state == 'x';
  }
}
