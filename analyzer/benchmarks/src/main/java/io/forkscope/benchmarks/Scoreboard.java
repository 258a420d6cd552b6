package io.forkscope.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Prints one table: the engine, other designs, C and the kernel, with the goals beside them. */
public final class Scoreboard {
  private final Path programs;
  private final boolean quick;

  private Scoreboard(Path programs, boolean quick) {
    this.programs = programs;
    this.quick = quick;
  }

  /**
   * Runs everything.
   *
   * @param args directory of the compiled C programs; {@code quick} for a check of sanity
   */
  public static void main(String[] args) throws Exception {
    new Scoreboard(Path.of(args[0]), args.length > 1 && args[1].equals("quick")).run();
  }

  private void run() throws IOException, InterruptedException, RunnerException {
    row("what", "measured", "spread", "goal", "");
    row("---", "---", "---", "---", "---");
    double faults = kernel();
    for (int pages : quick ? new int[] {1 << 20} : new int[] {1 << 20, 1 << 24}) {
      for (String pattern : List.of("random", "sequential")) {
        writes(pages, pattern, faults);
      }
      others(pages);
    }
    forks();
    zygotes();
  }

  private double kernelFork;

  private double kernel() throws IOException, InterruptedException {
    List<String> lines = execute("kernelfork", quick ? "1024" : "4096", quick ? "3" : "7");
    double[] forks = numbers(lines, "fork ");
    double[] faults = numbers(lines, "faults ");
    kernelFork = median(forks) * (quick ? 4 : 1);
    row(
        quick ? "kernel: fork, 4 x 1 GiB" : "kernel: fork of 4 GiB",
        text(kernelFork / 1000) + " ms",
        range(forks, 1e-3),
        "",
        "");
    row(
        "kernel: COW faults, random",
        text(median(faults) / 1e6) + " M/s",
        range(faults, 1e-6),
        "",
        "");
    return median(faults) / 1e6;
  }

  private void writes(int pages, String pattern, double faults)
      throws IOException, InterruptedException, RunnerException {
    String size = (pages >> 20) + " M pages, " + pattern;
    double[] c =
        numbers(
            execute(
                "testandset",
                String.valueOf(pages),
                String.valueOf(Addresses.WRITES),
                quick ? "3" : "15",
                pattern),
            "");
    row("C test-and-set, " + size, text(median(c)) + " M/s", range(c, 1), "", "");
    for (RunResult result : jmh("AttributedWrites.each", pages, pattern, "1", "2", "3")) {
      String name = "engine, " + result.getParams().getParam("sinkClasses") + " sink classes, ";
      judged(name + size, result, 0.8 * median(c), pattern.equals("random"), faults);
    }
    for (String method : List.of("one", "threeCauses")) {
      for (RunResult result : jmh("AttributedWrites." + method, pages, pattern, "3")) {
        judged("engine, " + method + ", " + size, result, 0.8 * median(c), false, faults);
      }
    }
  }

  private void judged(String name, RunResult result, double goal, boolean counts, double faults) {
    double score = result.getPrimaryResult().getScore();
    String spread = "± " + text(result.getPrimaryResult().getScoreError());
    String verdict = score >= goal ? "reached" : "missed by " + percent(1 - score / goal);
    row(
        name,
        text(score) + " M/s",
        spread,
        counts ? "≥ " + text(goal) + " M/s (0.8 C)" : "",
        counts ? verdict : text(score / goal * 0.8) + " C");
    if (counts) {
      double times = score / faults;
      row("… times the kernel's faults", text(times), "", "≥ 200", verdict(times >= 200));
    }
  }

  private void others(int pages) throws RunnerException {
    for (String method : List.of("bitSet", "roaring", "hashMap")) {
      ChainedOptionsBuilder options = options("OtherDesigns." + method);
      options.param("pages", String.valueOf(pages));
      for (RunResult result : new Runner(options.build()).run()) {
        row(
            method + ", " + (pages >> 20) + " M pages, random",
            text(result.getPrimaryResult().getScore()) + " M/s",
            "± " + text(result.getPrimaryResult().getScoreError()),
            "",
            "");
      }
    }
  }

  private void forks() throws RunnerException {
    for (RunResult result : new Runner(options("Forks.forkAndExit").build()).run()) {
      double micros = result.getPrimaryResult().getScore();
      String spread = "± " + text(result.getPrimaryResult().getScoreError());
      row("engine: fork of 4 GiB, and exit", text(micros) + " us", spread, "", "");
      double times = kernelFork / micros;
      row("… times faster than the kernel", text(times), "", "≥ 10000", verdict(times >= 10000));
    }
    for (RunResult result : new Runner(options("Forks.range").build()).run()) {
      row(
          "engine: fork, write 1 M pages as a range, exit",
          text(result.getPrimaryResult().getScore()) + " us",
          "± " + text(result.getPrimaryResult().getScoreError()),
          "",
          "");
    }
  }

  private void zygotes() {
    Zygotes thousand = new Zygotes(1000, 10_000);
    double[] cpu = new double[quick ? 3 : 9];
    double[] heap = new double[cpu.length];
    for (int i = 0; i < cpu.length; i++) {
      Zygotes.Cost cost = thousand.run();
      cpu[i] = cost.cpuSeconds();
      heap[i] = cost.mebibytes();
    }
    String name = "1,000 children of 1 M pages, 10 M clustered writes";
    row(name, text(median(cpu)) + " s CPU", range(cpu, 1), "≤ 0.2", verdict(median(cpu) <= 0.2));
    row("… heap", text(median(heap)) + " MiB", range(heap, 1), "≤ 16", verdict(median(heap) <= 16));
    double fleet = new Zygotes(10_000, 1000).run().mebibytes();
    row(
        "10,000 processes over 4 GiB, 512 pages each written",
        text(fleet) + " MiB",
        "",
        "≤ 1024",
        verdict(fleet <= 1024));
  }

  private Collection<RunResult> jmh(String name, int pages, String pattern, String... sinkClasses)
      throws RunnerException {
    ChainedOptionsBuilder options = options(name);
    options.param("pages", String.valueOf(pages));
    options.param("pattern", pattern);
    options.param("sinkClasses", quick ? new String[] {"3"} : sinkClasses);
    return new Runner(options.build()).run();
  }

  private ChainedOptionsBuilder options(String name) {
    return new OptionsBuilder()
        .include("\\." + name.replace(".", "\\.") + "$")
        .forks(quick ? 1 : 2)
        .warmupIterations(quick ? 1 : 2)
        .measurementIterations(quick ? 2 : 3)
        .warmupTime(org.openjdk.jmh.runner.options.TimeValue.seconds(1))
        .measurementTime(org.openjdk.jmh.runner.options.TimeValue.seconds(1))
        .jvmArgs("-Xms3g", "-Xmx3g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch")
        .verbosity(VerboseMode.SILENT);
  }

  private List<String> execute(String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(program + " failed");
    }
    return output.lines().toList();
  }

  private static double[] numbers(List<String> lines, String prefix) {
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(prefix.length())))
        .toArray();
  }

  private static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String range(double[] numbers, double factor) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return text(sorted[0] * factor) + " to " + text(sorted[sorted.length - 1] * factor);
  }

  private static String text(double number) {
    return String.format(Locale.ROOT, number < 10 ? "%.2f" : "%.0f", number);
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * ratio);
  }

  private static String verdict(boolean reached) {
    return reached ? "reached" : "missed";
  }

  private void row(String... cells) {
    String line = "| " + String.join(" | ", cells) + " |";
    System.out.println(line);
  }
}
