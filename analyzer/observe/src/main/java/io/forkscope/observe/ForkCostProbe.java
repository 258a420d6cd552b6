package io.forkscope.observe;

import io.forkscope.core.forkcost.Calibration;
import io.forkscope.core.forkcost.ForkSample;
import io.forkscope.core.forkcost.ForkWay;
import io.forkscope.core.forkcost.ForkedMemory;
import io.forkscope.core.forkcost.Midmean;
import io.forkscope.core.memory.PageSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Measures what fork, its rivals and the write faults after it cost on this host, with a small C
 * program that is built on the spot: a JVM's own forks would measure the JVM.
 */
public final class ForkCostProbe implements AutoCloseable {

  private static final int MOST_SECONDS = 300;
  private static final String TABLES = "tables";

  private final WorkDirectory work;
  private final Path program;

  private ForkCostProbe(WorkDirectory work, Path program) {
    this.work = work;
    this.program = program;
  }

  /**
   * Builds the program.
   *
   * @throws UnsupportedHostException if this is not Linux or there is no C compiler
   */
  public static ForkCostProbe build() throws ObserveException {
    if (!HostCapabilities.isLinux()) {
      throw new UnsupportedHostException(
          "fork can be measured on Linux only; `forkscope forkcost --published` works everywhere");
    }
    WorkDirectory work = WorkDirectory.create();
    try {
      Path source = work.resolve("forkcost.c");
      Path program = work.resolve("forkcost");
      try (InputStream text = ForkCostProbe.class.getResourceAsStream("forkcost.c")) {
        if (text == null) {
          throw new IllegalStateException("forkcost.c is not in the jar");
        }
        Files.copy(text, source);
      }
      new ForkCostProbe(work, program)
          .run(List.of("gcc", "-O1", "-o", program.toString(), source.toString()));
      return new ForkCostProbe(work, program);
    } catch (ObserveException e) {
      work.close();
      throw e;
    } catch (IOException e) {
      work.close();
      throw new ObserveException("the program that forks cannot be built: " + e.getMessage(), e);
    }
  }

  /**
   * Forks once or more after the memory was written, then takes each way to make a child.
   *
   * @param memory that was written since the last fork
   * @param runs of each way at least, 1 or more; more of short ones, fewer of those where much
   *     memory is written before
   * @return for each way the midmeans of the runs; for fork of written memory and of kept memory
   * @throws UnsupportedHostException if the host gives no such memory
   */
  public List<ForkSample> ways(ForkedMemory memory, int runs) throws ObserveException {
    Map<String, List<long[]>> kinds = new LinkedHashMap<>();
    for (String line : fork(memory, runs)) {
      String[] words = line.split(" ", -1);
      if (!words[0].equals(TABLES)) {
        long[] nanos = Arrays.stream(words, 2, 5).mapToLong(Long::parseLong).toArray();
        kinds.computeIfAbsent(words[0] + " " + words[1], k -> new ArrayList<>()).add(nanos);
      }
    }
    List<ForkSample> samples = new ArrayList<>();
    for (Map.Entry<String, List<long[]>> kind : kinds.entrySet()) {
      String[] words = kind.getKey().split(" ", -1);
      ForkWay way = way(words[0]);
      samples.add(
          new ForkSample(
              way,
              words[1].equals("1") ? memory : memory.kept(),
              midmean(kind.getValue(), way.copiesPageTables() ? n -> n[1] : n -> n[0]),
              midmean(kind.getValue(), n -> n[2] - n[0])));
    }
    return samples;
  }

  private static double midmean(List<long[]> runs, ToDoubleFunction<long[]> nanos) {
    return Midmean.of(runs.stream().mapToDouble(nanos)).orElseThrow();
  }

  /** What the kernel says the page tables of such memory take (VmPTE), in bytes. */
  public long pageTableBytes(ForkedMemory memory) throws ObserveException {
    String line = fork(memory, 0).get(0);
    return Long.parseLong(line.substring(TABLES.length()).strip()) << 10;
  }

  private List<String> fork(ForkedMemory memory, int runs) throws ObserveException {
    return run(
        List.of(
            program.toString(),
            "fork",
            mode(memory.pageSize()),
            Long.toString(memory.residentBytes()),
            Integer.toString(memory.mappings()),
            Integer.toString(runs)));
  }

  /**
   * What the first write to a page costs after a fork.
   *
   * @param bytes that are written, at least one page
   */
  public Calibration.Faults faults(PageSize pageSize, long bytes) throws ObserveException {
    double copy = 0;
    double reuse = 0;
    for (String line :
        run(List.of(program.toString(), "faults", mode(pageSize), Long.toString(bytes)))) {
      String[] words = line.split(" ", -1);
      double nanos = Math.max(0, Double.parseDouble(words[1])) / Math.max(1, bytes / 4096);
      if (words[0].equals("copy")) {
        copy = nanos;
      } else {
        reuse = nanos;
      }
    }
    return new Calibration.Faults(copy, reuse);
  }

  @Override
  public void close() {
    work.close();
  }

  private static ForkWay way(String label) throws ObserveException {
    for (ForkWay way : ForkWay.values()) {
      if (way.label().equals(label)) {
        return way;
      }
    }
    throw new ObserveException("the program that forks printed the unknown way " + label);
  }

  private static String mode(PageSize pageSize) {
    return switch (pageSize) {
      case BASE_4K -> "4k";
      case FOLIO_64K -> "64k";
      case THP_2M -> "2m";
      case HUGETLB_2M -> "hugetlb";
    };
  }

  /** Runs a command to its end and gives the lines it printed. */
  private List<String> run(List<String> command) throws ObserveException {
    Path output = work.resolve("output");
    Path errors = work.resolve("errors");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      try {
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
          throw new ObserveException(command + " did not end within " + MOST_SECONDS + " s");
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new UnsupportedHostException(
            Path.of(command.get(0)).getFileName()
                + " failed: "
                + Files.readString(errors, StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .orElse("exit code " + process.exitValue()));
      }
      return Files.readAllLines(output);
    } catch (ObserveException e) {
      throw e;
    } catch (IOException e) {
      throw new UnsupportedHostException(
          command.get(0)
              + " cannot be run ("
              + e.getMessage()
              + "); without gcc, `forkscope forkcost --published` uses published costs");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObserveException("interrupted while measuring forks", e);
    }
  }
}
