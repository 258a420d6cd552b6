package io.forkscope.observe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that stops itself with SIGSTOP at its marks, and the family it forks. It leads a
 * session and process group of its own; whatever happens, closing it leaves no process behind.
 */
final class StoppingProgram implements AutoCloseable {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final long FIRST_POLL_NANOS = 200_000;
  private static final long LONGEST_POLL_NANOS = 8_000_000;
  private static final int MOST_ERROR_BYTES = 8192;

  private final Process process;
  private final Leash leash;
  private final Path errors;
  private final Thread atExit;

  private StoppingProgram(Process process, Leash leash, Path errors) {
    this.process = process;
    this.leash = leash;
    this.errors = errors;
    this.atExit = new Thread(this::kill, "forkscope-kill-" + process.pid());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a program with nothing but {@code environment} in its environment.
   *
   * @param errors the file that takes its standard error
   */
  static StoppingProgram start(
      List<String> command, Path directory, Map<String, String> environment, Path errors)
      throws ObserveException {
    if (!Files.isExecutable(SETSID)) {
      throw new UnsupportedHostException(
          SETSID + " (util-linux) is missing: without it a measured family cannot be contained");
    }
    List<String> whole = new ArrayList<>(command);
    // As a fresh child is no group leader, setsid executes the command in its own process.
    whole.add(0, SETSID.toString());
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try {
        return new StoppingProgram(process, Leash.on(process.pid()), errors);
      } catch (ObserveException | RuntimeException e) {
        process.destroyForcibly();
        throw e;
      }
    } catch (IOException e) {
      throw e instanceof ObserveException o
          ? o
          : new ObserveException(command.get(0) + " cannot be started: " + e.getMessage(), e);
    }
  }

  /** The id of the first process. */
  long pid() {
    return process.pid();
  }

  /**
   * Waits until a process of the family stops or the first process has ended.
   *
   * @return the ids of the stopped ones, first process first; empty if the first process has ended
   * @throws ObserveException if neither happens in time
   */
  List<Long> awaitStops(Duration patience, String waitingFor) throws ObserveException {
    long deadline = System.nanoTime() + patience.toNanos();
    long pollNanos = FIRST_POLL_NANOS;
    while (true) {
      List<Long> stopped = new ArrayList<>();
      for (long pid : family()) {
        if (isStopped(pid)) {
          stopped.add(pid);
        }
      }
      if (!stopped.isEmpty()) {
        return stopped;
      }
      if (!process.isAlive()) {
        return List.of();
      }
      if (System.nanoTime() > deadline) {
        throw new ObserveException(
            "the program did not reach "
                + waitingFor
                + " within "
                + patience.toSeconds()
                + " s; it was killed");
      }
      if (Thread.interrupted()) {
        throw new ObserveException("interrupted while waiting for " + waitingFor);
      }
      LockSupport.parkNanos(pollNanos);
      pollNanos = Math.min(LONGEST_POLL_NANOS, pollNanos + pollNanos / 2);
    }
  }

  private List<Long> family() {
    List<Long> pids = new ArrayList<>();
    pids.add(process.pid());
    process.descendants().map(ProcessHandle::pid).sorted().forEach(pids::add);
    return pids;
  }

  private static boolean isStopped(long pid) {
    try {
      return ProcessStatus.of(pid).stopped();
    } catch (ObserveException e) {
      return false; // it ended between two looks
    }
  }

  /** The processes that the first one has forked and that live. */
  List<Long> children() {
    List<Long> family = family();
    return family.subList(1, family.size());
  }

  /** Whether the first process has not ended. */
  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Stops a process from outside, and returns once it stands still.
   *
   * @param what it is, for messages
   * @throws ObserveException if it is gone, or does not stop in time
   */
  void stop(long pid, Duration patience, String what) throws ObserveException {
    if (!leash.stop(pid)) {
      throw new ObserveException(what + " is gone");
    }
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isStopped(pid)) {
      if (System.nanoTime() > deadline || !Files.exists(Path.of("/proc", Long.toString(pid)))) {
        throw new ObserveException(what + " did not stop");
      }
      LockSupport.parkNanos(FIRST_POLL_NANOS);
    }
  }

  /** Lets a stopped process run on. */
  void resume(long pid) throws ObserveException {
    leash.resume(pid);
  }

  /** How the first process ended: an exit value, or 128 plus the signal. Waits for it. */
  int exitValue(Duration patience) throws ObserveException {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ObserveException(
            "the program did not end within " + patience.toSeconds() + " s; it was killed");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException("interrupted while the program was ending", e);
    }
  }

  /** The last line it wrote to standard error, shortened; empty if there is none. */
  String lastErrorLine() {
    try {
      byte[] bytes = Files.readAllBytes(errors);
      int from = Math.max(0, bytes.length - MOST_ERROR_BYTES);
      String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8).strip();
      String line = text.substring(text.lastIndexOf('\n') + 1).strip();
      return line.length() > 300 ? line.substring(0, 300) + " …" : line;
    } catch (IOException e) {
      return "";
    }
  }

  private void kill() {
    List<ProcessHandle> family = process.descendants().toList();
    try {
      leash.killGroup();
    } catch (ObserveException e) {
      // The shell is gone; what it would have done follows.
    }
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
    leash.close();
  }

  @Override
  public void close() {
    kill();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // the JVM is already going down and the hook runs
    }
  }
}
