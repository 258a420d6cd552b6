package io.forkscope.observe;

import io.forkscope.core.model.ObservedAddresses;
import io.forkscope.core.model.ServerDriver;
import io.forkscope.core.model.ServerReport;
import io.forkscope.core.model.ServerSession;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes a scenario with a real server that forks by itself: starts it, talks to it through the
 * session of its driver, and stops it and its child at the marks to count pages.
 *
 * <p>The child is stopped as soon as it is seen and stands still while requests are taken, unless
 * what it does meanwhile matters; then it runs on between slices of them.
 */
public final class ServerMeasurer {

  /** Slices of a load in which the child runs on. */
  private static final int SLICES = 48;

  private static final long POLL_NANOS = 300_000;

  private final PageCount.Method method;
  private final Duration patience;
  private final long zeroFrame;

  /** A measurer with what {@link ForkMeasurer} found out about this machine. */
  ServerMeasurer(PageCount.Method method, Duration patience, long zeroFrame) {
    this.method = method;
    this.patience = patience;
    this.zeroFrame = zeroFrame;
  }

  /**
   * Runs a scenario once.
   *
   * @throws ObserveException in one line if the server cannot be started, is gone or does not
   *     answer; no process is left behind
   */
  public Measurement measure(ServerDriver driver, Interpreter interpreter, Scenario scenario)
      throws ObserveException {
    return measure(driver, interpreter, scenario, false);
  }

  /**
   * Runs a scenario once and lets the session tell where the populations lie, if it can.
   *
   * @throws ObserveException as {@link #measure} does
   */
  public Measurement measureAndAsk(ServerDriver driver, Interpreter interpreter, Scenario scenario)
      throws ObserveException {
    return measure(driver, interpreter, scenario, true);
  }

  private Measurement measure(
      ServerDriver driver, Interpreter interpreter, Scenario scenario, boolean asking)
      throws ObserveException {
    if (scenario.fork().acting() != ForkPlan.Acting.PARENT || scenario.fork().children() != 1) {
      throw new ObserveException(
          scenario.name()
              + ": a server is measured with one child and the parent acting; say 'fork: {acting:"
              + " parent}'");
    }
    long start = System.nanoTime();
    try (WorkDirectory work = WorkDirectory.create()) {
      List<String> command = driver.command(interpreter.executable(), work.path(), scenario);
      Map<String, String> environment = new LinkedHashMap<>();
      environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
      environment.put("HOME", work.path().toString());
      environment.put("LC_ALL", "C.UTF-8");
      environment.putAll(driver.environment());
      try (StoppingProgram running =
          StoppingProgram.start(command, work.path(), environment, work.resolve("errors"))) {
        return measure(driver, interpreter, scenario, asking, work, running, start);
      }
    }
  }

  private Measurement measure(
      ServerDriver driver,
      Interpreter interpreter,
      Scenario scenario,
      boolean asking,
      WorkDirectory work,
      StoppingProgram running,
      long start)
      throws ObserveException {
    try (ServerSession session = driver.connect(work.path(), scenario, patience)) {
      Run run = new Run(scenario, running, session);
      run.toTheEnd(asking);
      return new Measurement(
          interpreter,
          List.of(new MeasuredProcess("parent", run.counts)),
          System.nanoTime() - start,
          MeasuredSnapshot.of(run.parentPages, run.childPages, run.forkPauseNanos),
          run.addresses);
    } catch (IOException e) {
      throw new ObserveException(scenario.name() + ": " + reason(running, e), e);
    }
  }

  private String reason(StoppingProgram running, IOException e) throws ObserveException {
    long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (running.isAlive() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(POLL_NANOS); // its end may be told later than its connection's
    }
    if (running.isAlive()) {
      return String.valueOf(e.getMessage());
    }
    int value = running.exitValue(patience);
    String line = running.lastErrorLine();
    return (value > 128
            ? "the server was killed by signal " + (value - 128)
            : "the server ended with exit value " + value)
        + " in the middle"
        + (line.isEmpty() ? "" : ": " + line);
  }

  /** One run of a server, from its start to the end of its child. */
  private final class Run {
    private final Scenario scenario;
    private final StoppingProgram server;
    private final ServerSession session;
    private final List<PageCount> counts = new ArrayList<>();
    private final List<Long> parentPages = new ArrayList<>();
    private final List<Long> childPages = new ArrayList<>();
    private long forkPauseNanos;
    private PageSnapshot base;
    private long child;
    private ObservedAddresses addresses = ObservedAddresses.NONE;

    Run(Scenario scenario, StoppingProgram server, ServerSession session) throws ObserveException {
      this.scenario = scenario;
      this.server = server;
      this.session = session;
      this.base = PageSnapshot.take(server.pid());
    }

    void toTheEnd(boolean asking) throws IOException {
      session.build();
      if (asking) {
        addresses = session.tell(server.pid());
      }
      server.stop(server.pid(), patience, "the server");
      base = PageSnapshot.take(server.pid());
      server.resume(server.pid());
      session.fork();
      child = awaitChild();
      server.stop(child, patience, "the child");
      count();
      long taken = 0;
      for (long mark : scenario.requests().marks()) {
        if (mark > 0) {
          take(taken, mark);
          taken = mark;
          count();
        }
      }
      server.resume(child);
      ServerReport report = session.finish();
      childPages.set(childPages.size() - 1, report.childPages());
      forkPauseNanos = report.forkPauseNanos();
    }

    private long awaitChild() throws ObserveException {
      long deadline = System.nanoTime() + patience.toNanos();
      while (true) {
        List<Long> children = server.children();
        if (!children.isEmpty()) {
          return children.get(0);
        }
        if (System.nanoTime() > deadline || !server.isAlive()) {
          throw new ObserveException("the server's child was not seen; it may have ended at once");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }

    private void take(long from, long to) throws IOException {
      if (!session.childMatters()) {
        session.request(from, to);
        return;
      }
      long all = scenario.requests().count();
      for (long at = from; at < to; ) {
        long next = Math.min(to, at + Math.max(1, all / SLICES));
        letChildReach((double) next / all);
        session.request(at, next);
        at = next;
      }
    }

    /** Lets the child run on up to a part of its work; it may get a little further. */
    private void letChildReach(double ratio) throws IOException {
      double goal = Math.min(ratio, 0.9); // it must not end before it was counted
      if (session.childProgress(child) >= goal) {
        return;
      }
      server.resume(child);
      long deadline = System.nanoTime() + patience.toNanos();
      while (session.childProgress(child) < goal) {
        if (System.nanoTime() > deadline) {
          throw new ObserveException(
              "the child did not go on within " + patience.toSeconds() + " s");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      server.stop(child, patience, "the child");
    }

    private void count() throws ObserveException {
      server.stop(server.pid(), patience, "the server");
      PageSnapshot now = PageSnapshot.take(server.pid());
      PageSnapshot other = PageSnapshot.take(child);
      counts.add(PageCount.of(base, now, other, zeroFrame, method));
      long own = MemoryRollup.of(child).privateDirtyBytes() / PageSnapshot.PAGE_BYTES;
      long before = childPages.isEmpty() ? 0 : childPages.get(childPages.size() - 1);
      childPages.add(Math.max(own, before));
      parentPages.add(MemoryRollup.of(server.pid()).anonymousBytes() / PageSnapshot.PAGE_BYTES);
      server.resume(server.pid());
    }
  }
}
