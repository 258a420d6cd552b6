package io.forkscope.observe;

import io.forkscope.core.model.RuntimeDriver;
import io.forkscope.core.scenario.ForkPlan;
import io.forkscope.core.scenario.KernelOption;
import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes a scenario for real: runs the runtime's own interpreter on the program of its driver and
 * counts pages at the marks, while the process at the mark is stopped.
 */
public final class ForkMeasurer {
  /** The most children that are really forked. */
  public static final int MOST_CHILDREN = 64;

  private final PageCount.Method method;
  private final Duration patience;
  private final long zeroFrame;

  private ForkMeasurer(PageCount.Method method, Duration patience, long zeroFrame) {
    this.method = method;
    this.patience = patience;
    this.zeroFrame = zeroFrame;
  }

  /**
   * A measurer for this machine.
   *
   * @param method how broken pages are told
   * @param patience the longest wait for the next mark
   * @throws UnsupportedHostException if this machine does not allow that method
   */
  public static ForkMeasurer forThisMachine(PageCount.Method method, Duration patience)
      throws ObserveException {
    if (method == PageCount.Method.FRAMES) {
      HostCapabilities.requireFrameNumbers();
      return new ForkMeasurer(method, patience, ZeroFrame.find());
    }
    if (!HostCapabilities.isLinux()) {
      HostCapabilities.requireFrameNumbers();
    }
    return new ForkMeasurer(method, patience, ZeroFrame.NONE);
  }

  /** A measurer of servers that counts in the same way. */
  public ServerMeasurer ofServers() {
    return new ServerMeasurer(method, patience, zeroFrame);
  }

  /**
   * Runs a scenario once.
   *
   * @throws ObserveException in one line if the program fails, ends early, or never reaches a mark;
   *     no process is left behind
   */
  public Measurement measure(RuntimeDriver driver, Interpreter interpreter, Scenario scenario)
      throws ObserveException {
    return measure(driver, interpreter, scenario, driver.program(scenario));
  }

  /**
   * Runs a scenario once and lets the program tell where its objects lie, if it can.
   *
   * @throws ObserveException as {@link #measure} does
   */
  public Measurement measureAndAsk(RuntimeDriver driver, Interpreter interpreter, Scenario scenario)
      throws ObserveException {
    return measure(
        driver,
        interpreter,
        scenario,
        driver.tellingProgram(scenario).orElseGet(() -> driver.program(scenario)));
  }

  private Measurement measure(
      RuntimeDriver driver, Interpreter interpreter, Scenario scenario, String text)
      throws ObserveException {
    for (KernelOption option : KernelOption.values()) {
      if (!option.of(scenario).equals(option.choices().get(0))) {
        throw new ObserveException(
            scenario.name()
                + ": "
                + option.key()
                + " is a what-if; a real run leaves the kernel as it is");
      }
    }
    if (scenario.fork().children() > MOST_CHILDREN) {
      throw new ObserveException(
          scenario.name()
              + ": at most "
              + MOST_CHILDREN
              + " children are really forked, not "
              + scenario.fork().children());
    }
    long start = System.nanoTime();
    try (WorkDirectory work = WorkDirectory.create()) {
      Path program = work.resolve("scenario" + driver.fileEnding());
      Files.writeString(program, text, StandardCharsets.UTF_8);
      List<String> command =
          driver.command(scenario, interpreter.executable(), program, work.path());
      Map<String, String> environment = new LinkedHashMap<>();
      environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
      environment.put("HOME", work.path().toString());
      environment.put("LC_ALL", "C.UTF-8");
      environment.putAll(driver.environment(scenario));
      try (StoppingProgram running =
          StoppingProgram.start(command, work.path(), environment, work.resolve("errors"))) {
        List<MeasuredProcess> processes = new Run(scenario, running).toTheEnd();
        long nanos = System.nanoTime() - start;
        return new Measurement(
            interpreter,
            processes,
            nanos,
            MeasuredSnapshot.NONE,
            AddressFile.read(work.resolve(RuntimeDriver.ADDRESSES)));
      }
    } catch (ObserveException e) {
      throw e;
    } catch (IOException e) {
      throw new ObserveException(
          scenario.name() + ": the program could not be prepared: " + e.getMessage(), e);
    }
  }

  /** One run of a program, from its first mark to its end. */
  private final class Run {
    private final Scenario scenario;
    private final StoppingProgram program;
    private final Map<Long, List<PageCount>> counts = new LinkedHashMap<>();
    private final Map<Long, List<PageCount>> starts = new LinkedHashMap<>();
    private final Map<Long, Worker> workers = new HashMap<>();
    private final boolean recycles;
    private final int marksExpected;

    /** A process that has come to its first mark: whose counts it goes on, and its pages then. */
    private record Worker(long slot, PageCount start) {}

    Run(Scenario scenario, StoppingProgram program) {
      this.scenario = scenario;
      this.program = program;
      this.recycles = scenario.requests().recycleAfter() > 0;
      this.marksExpected = 1 + scenario.requests().marks().size();
    }

    List<MeasuredProcess> toTheEnd() throws ObserveException {
      String first = "its mark before the fork";
      if (program.awaitStops(patience, scenario.name() + ": " + first).isEmpty()) {
        throw ended(first);
      }
      PageSnapshot base = PageSnapshot.take(program.pid());
      program.resume(program.pid());
      String next = "its next mark after the fork";
      while (true) {
        List<Long> stopped = program.awaitStops(patience, scenario.name() + ": " + next);
        if (stopped.isEmpty()) {
          break;
        }
        for (long pid : stopped) {
          if (recycles && pid == program.pid()) {
            base = PageSnapshot.take(pid); // it is about to fork the next workers
          } else {
            count(base, pid);
          }
          program.resume(pid);
        }
      }
      if (program.exitValue(patience) != 0) {
        throw ended(next);
      }
      return complete();
    }

    private void count(PageSnapshot base, long pid) throws ObserveException {
      PageSnapshot now = PageSnapshot.take(pid);
      PageSnapshot other = pid == program.pid() ? base : PageSnapshot.take(program.pid());
      PageCount count = PageCount.of(base, now, other, zeroFrame, method);
      Worker worker = workers.get(pid);
      if (worker == null) {
        worker = new Worker(slot(pid), count);
        workers.put(pid, worker);
        if (counts.containsKey(worker.slot())) {
          return;
        }
      }
      List<PageCount> own = counts.computeIfAbsent(worker.slot(), s -> new ArrayList<>());
      if (own.size() == marksExpected) {
        throw new ObserveException(
            scenario.name()
                + ": a process stopped more often than at its "
                + marksExpected
                + " marks");
      }
      own.add(count);
      starts.computeIfAbsent(worker.slot(), s -> new ArrayList<>()).add(worker.start());
    }

    // A recycled worker's marks go on in the fresh one that takes its place. All of one generation
    // end before the next is forked, so workers take the slots in turn as they come to their first
    // mark.
    private long slot(long pid) {
      return recycles ? -1L - workers.size() % scenario.fork().children() : pid;
    }

    private List<MeasuredProcess> complete() throws ObserveException {
      List<MeasuredProcess> processes = new ArrayList<>();
      int child = 0;
      for (Map.Entry<Long, List<PageCount>> entry : counts.entrySet()) {
        String name = entry.getKey() == program.pid() ? "parent" : "child " + ++child;
        if (entry.getValue().size() != marksExpected) {
          throw new ObserveException(
              scenario.name()
                  + ": the "
                  + name
                  + " ended after "
                  + entry.getValue().size()
                  + " of "
                  + marksExpected
                  + " marks"
                  + reason());
        }
        processes.add(
            new MeasuredProcess(
                name, entry.getValue(), starts.getOrDefault(entry.getKey(), List.of())));
      }
      int expected = actors(scenario.fork());
      if (processes.size() != expected) {
        throw new ObserveException(
            scenario.name()
                + ": "
                + processes.size()
                + " of "
                + expected
                + " processes reached their marks"
                + reason());
      }
      if (scenario.fork().acting() == ForkPlan.Acting.BOTH) {
        processes.removeIf(p -> p.name().equals("parent"));
      }
      return processes;
    }

    private ObserveException ended(String before) throws ObserveException {
      int value = program.exitValue(patience);
      String how =
          value > 128 && value <= 128 + 64
              ? "was killed by signal " + (value - 128)
              : "ended with exit value " + value;
      return new ObserveException(
          scenario.name() + ": the program " + how + " before " + before + reason());
    }

    private String reason() {
      String line = program.lastErrorLine();
      return line.isEmpty() ? "" : ": " + line;
    }
  }

  private static int actors(ForkPlan plan) {
    return switch (plan.acting()) {
      case CHILDREN -> plan.children();
      case PARENT -> 1;
      case BOTH -> plan.children() + 1;
    };
  }
}
