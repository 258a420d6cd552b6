package io.forkscope.benchmarks;

import io.forkscope.core.model.RuntimeExecutable;
import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.core.model.ServerDriver;
import io.forkscope.core.scenario.Scenario;
import io.forkscope.core.simulation.Simulation;
import io.forkscope.observe.ForkMeasurer;
import io.forkscope.observe.Interpreter;
import io.forkscope.observe.InterpreterFinder;
import io.forkscope.observe.Measurement;
import io.forkscope.observe.ObserveException;
import io.forkscope.observe.PageCount;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * What a prediction costs beside really running its case: processor time of this JVM, collections
 * and compilation included, against elapsed time of the real run as {@code validate} takes it.
 * Prints a table; needs Linux, root and the interpreters.
 */
public final class PredictionCost {
  private static final double GOAL = 0.01;
  private static final int TIMES = 3;

  /** The clock of processor time goes in steps of 10 ms: each time is taken over so much of it. */
  private static final double TIMED_SECONDS = 0.5;

  /** Before a prediction is timed; most of it is what the compiler takes. */
  private static final double WARM_SECONDS = 10;

  private static final List<String> CASES =
      List.of(
          "cpython 3.11 ints.iter",
          "cpython 3.12 floats.sorted",
          "cruby 3.1 strs.each",
          "cruby 3.1 objs.attr",
          "php 8.2 strs.foreach",
          "php 8.2 arrays.foridx",
          "perl 5.36 strs.foreach",
          "lua 5.4 strs.each",
          "redis 7.0 strings.set.writes60000");

  private PredictionCost() {}

  /**
   * Prints the table.
   *
   * @param args numbers of objects; 100000, 1000000 and 10000000 if there are none
   */
  public static void main(String[] args) throws ObserveException {
    List<Long> counts = new ArrayList<>();
    for (String arg : args.length == 0 ? new String[] {"100000", "1000000", "10000000"} : args) {
      counts.add(Long.valueOf(arg));
    }
    ForkMeasurer measurer =
        ForkMeasurer.forThisMachine(PageCount.Method.FRAMES, Duration.ofMinutes(20));
    System.out.println("| case | objects | really run | predicted, first | warm | ratio | < 1 % |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (String one : CASES) {
      String[] words = one.split(" ", -1);
      RuntimeModelProvider provider = provider(words[0]);
      for (long count : counts) {
        row(measurer, provider, provider.expand(words[2], words[1], count), count);
      }
    }
  }

  private static void row(
      ForkMeasurer measurer, RuntimeModelProvider provider, Scenario scenario, long count)
      throws ObserveException {
    double first = predict(provider, scenario, 0);
    predict(provider, scenario, WARM_SECONDS);
    List<Double> predicted = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      predicted.add(predict(provider, scenario, TIMED_SECONDS));
    }
    Collections.sort(predicted);
    double median = predicted.get(TIMES / 2);
    double real = run(measurer, provider, scenario).nanos() / 1e9;
    System.out.printf(
        Locale.ROOT,
        "| %s %s %s | %d | %.2f s | %.3f s | %.4f s | %.2f %% | %s |%n",
        scenario.runtime(),
        scenario.version(),
        scenario.name(),
        count,
        real,
        first,
        median,
        100 * median / real,
        median <= GOAL * real ? "reached" : "missed");
  }

  /** Processor seconds of a prediction, in the mean of as many as take {@code seconds}. */
  private static double predict(RuntimeModelProvider provider, Scenario scenario, double seconds) {
    long start = processorNanos();
    double spent;
    int times = 0;
    do {
      Simulation.run(scenario, provider);
      times++;
      spent = (processorNanos() - start) / 1e9;
    } while (spent < seconds);
    return spent / times;
  }

  private static Measurement run(
      ForkMeasurer measurer, RuntimeModelProvider provider, Scenario scenario)
      throws ObserveException {
    if (provider.server().isPresent()) {
      ServerDriver server = provider.server().get();
      return measurer.ofServers().measure(server, find(server, scenario), scenario);
    }
    var driver = provider.driver().orElseThrow();
    return measurer.measure(driver, find(driver, scenario), scenario);
  }

  private static Interpreter find(RuntimeExecutable executable, Scenario scenario)
      throws ObserveException {
    return InterpreterFinder.ofThisMachine()
        .find(
            executable,
            scenario.runtime(),
            scenario.version(),
            executable.measuredRelease(scenario));
  }

  private static RuntimeModelProvider provider(String id) {
    return ServiceLoader.load(RuntimeModelProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(p -> p.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static long processorNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
