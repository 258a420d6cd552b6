package io.forkscope.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Prints how much slower programs run under the recording agent. A JVM with the agent and one
 * without, both warm, do rounds of the same work in turns, with, without, without, with, so that a
 * machine that has other work slows both; each pair gives one ratio.
 */
public final class AgentOverhead {
  private AgentOverhead() {}

  /** A JVM at work. */
  private record Jvm(Process process, BufferedReader out, double readySeconds) {

    static Jvm start(Path folder, String workload, List<String> flags) throws IOException {
      List<String> command =
          new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
      command.addAll(List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m"));
      command.addAll(flags);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(AgentWorkload.class.getName(), workload));
      Process process =
          new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile()).start();
      BufferedReader out = process.inputReader();
      String ready = String.valueOf(out.readLine());
      if (!ready.startsWith("ready ")) {
        throw new IOException(
            "the JVM did not start: " + Files.readString(folder.resolve("stderr")));
      }
      return new Jvm(process, out, Long.parseLong(ready.substring(6)) / 1e9);
    }

    /** Processor and elapsed time of a round, in nanoseconds. */
    long[] round() throws IOException {
      process.outputWriter().append('\n').flush();
      String line = out.readLine();
      if (line == null) {
        throw new IOException("the JVM ended early");
      }
      return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }

    void end() throws IOException, InterruptedException {
      process.outputWriter().close();
      process.waitFor();
    }
  }

  /**
   * Measures.
   *
   * @param args the agent's jar; pairs; rounds of warm-up; then {@code WORKLOAD:OPTIONS} each
   */
  public static void main(String[] args) throws Exception {
    System.out.println(
        "| program | agent's options | processor time, with / without | elapsed | ms a round,"
            + " without | start, s CPU | recording, MB |\n| --- | --- | --- | --- | --- | --- | --- |");
    for (int i = 3; i < args.length; i++) {
      int colon = args[i].indexOf(':');
      measure(
          Path.of(args[0]).toAbsolutePath(),
          Integer.parseInt(args[1]),
          Integer.parseInt(args[2]),
          args[i].substring(0, colon),
          args[i].substring(colon + 1));
    }
  }

  private static void measure(Path agent, int pairs, int warmUp, String workload, String options)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("forkscope-overhead");
    Path file = folder.resolve("app.jfr");
    Jvm plain = Jvm.start(folder, workload, List.of());
    Jvm recorded =
        Jvm.start(
            folder, workload, List.of("-javaagent:" + agent + "=start,file=" + file + options));
    double[] cpu = new double[pairs];
    double[] elapsed = new double[pairs];
    double[] base = new double[pairs];
    for (int i = -warmUp; i < pairs; i++) {
      boolean first = i % 2 == 0;
      long[] with = first ? recorded.round() : new long[0];
      long[] without = plain.round();
      with = first ? with : recorded.round();
      if (i >= 0) {
        cpu[i] = (double) with[0] / without[0];
        elapsed[i] = (double) with[1] / without[1];
        base[i] = without[0] / 1e6;
      }
    }
    plain.end();
    recorded.end();
    checkThatItRecorded(file);
    System.out.printf(
        Locale.ROOT,
        "| %s | `%s` | %s | %s | %.0f | %.1f / %.1f | %.0f |%n",
        workload,
        "start" + options,
        spread(cpu),
        spread(elapsed),
        median(base),
        recorded.readySeconds,
        plain.readySeconds,
        Files.size(file) / 1e6);
    for (String name : List.of("app.jfr", "stderr")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
  }

  /** An agent that instruments nothing is no slower, and no use. */
  private static void checkThatItRecorded(Path file) throws IOException {
    long objects = 0;
    long failed = 0;
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        if (event.getEventType().getName().equals("forkscope.Loss")) {
          objects = Math.max(objects, event.getLong("recordedObjects"));
          failed = Math.max(failed, event.getLong("failedClasses"));
        }
      }
    }
    if (objects == 0 || failed > 0) {
      throw new IOException(objects + " objects were recorded, " + failed + " classes failed");
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** The median, and the lower and upper quartile. */
  private static String spread(double[] ratios) {
    double[] sorted = ratios.clone();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f to %.2f)",
        median(ratios),
        sorted[sorted.length / 4],
        sorted[sorted.length - 1 - sorted.length / 4]);
  }
}
