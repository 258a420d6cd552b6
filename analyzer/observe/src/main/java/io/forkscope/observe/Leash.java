package io.forkscope.observe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small shell beside a measured program that sends signals for us, and that kills the program's
 * whole process group as soon as we are gone, however we ended: its standard input is a pipe from
 * this JVM.
 */
final class Leash implements AutoCloseable {
  // kill is a builtin of every POSIX shell: no procps is needed. The group is killed twice, since a
  // fork can be under way during the first.
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM QUIT
      while read -r signal target; do
        if kill -s "$signal" -- "$target" 2>/dev/null; then echo sent; else echo gone; fi
      done
      kill -s KILL -- "-$1" 2>/dev/null
      kill -s KILL -- "-$1" 2>/dev/null
      """;

  private final long group;
  private final Process shell;
  private final Writer requests;
  private final BufferedReader answers;

  private Leash(long group, Process shell) {
    this.group = group;
    this.shell = shell;
    this.requests = shell.outputWriter(StandardCharsets.US_ASCII);
    this.answers =
        new BufferedReader(
            new InputStreamReader(shell.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** A leash on the process group that the process {@code group} leads. */
  static Leash on(long group) throws ObserveException {
    try {
      return new Leash(
          group,
          new ProcessBuilder(List.of("/bin/sh", "-c", SCRIPT, "leash", Long.toString(group)))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new ObserveException("/bin/sh cannot be started: " + e.getMessage(), e);
    }
  }

  /** Lets a stopped process run on. Returns false if it is gone. */
  boolean resume(long pid) throws ObserveException {
    return send("CONT", Long.toString(pid));
  }

  /** Stops a process. Returns false if it is gone. */
  boolean stop(long pid) throws ObserveException {
    return send("STOP", Long.toString(pid));
  }

  /** Kills the whole group. */
  void killGroup() throws ObserveException {
    send("KILL", "-" + group);
  }

  private boolean send(String signal, String target) throws ObserveException {
    try {
      requests.write(signal + " " + target + "\n");
      requests.flush();
      return "sent".equals(answers.readLine());
    } catch (IOException e) {
      throw new ObserveException("the shell that sends signals has ended", e);
    }
  }

  @Override
  public void close() {
    try {
      requests.close(); // the end of its input makes the shell kill the group and end
      shell.waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      // it has ended already
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      shell.destroyForcibly();
    }
  }
}
