package io.forkscope.cli;

import io.forkscope.core.forkcost.Calibration;
import io.forkscope.core.forkcost.ForkSample;
import io.forkscope.core.forkcost.ForkedMemory;
import io.forkscope.core.forkcost.HostCosts;
import io.forkscope.core.forkcost.HostCostsFile;
import io.forkscope.core.memory.PageSize;
import io.forkscope.observe.ForkCostProbe;
import io.forkscope.observe.HostMemory;
import io.forkscope.observe.ObserveException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a host's fork costs come from, and how they are measured. */
final class HostCalibration {

  private static final long MIB = 1L << 20;

  /** Resident MiB that calibration measures at; a host that has less free leaves the last out. */
  private static final long[] RESIDENT_MIB = {256, 512, 1024, 2048, 4096, 8192};

  /** The fewest runs of each way in each process. */
  private static final int RUNS = 8;

  /** Half a GiB of base pages, or any huge ones. */
  private static final long SMALL_PAGES = 1 << 17;

  private static final int MAPPINGS = 4096;
  private static final long FAULT_BYTES = 128 * MIB;

  /** At most this part of the free memory is used, and half of that when a child copies it. */
  private static final double MEMORY_SHARE = 0.6;

  private HostCalibration() {}

  /** The file that calibration is kept in unless the user names one. */
  static Path defaultFile() {
    String state = System.getenv("XDG_STATE_HOME");
    Path base =
        state == null || state.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    return base.resolve("forkscope").resolve("host-costs.json");
  }

  /**
   * The costs to predict with: the named file's; else those of the last calibration, if it was made
   * on this host; else the published ones.
   */
  static HostCosts costs(Optional<Path> named) throws IOException {
    if (named.isPresent()) {
      return HostCostsFile.read(named.get());
    }
    Path file = defaultFile();
    if (!Files.exists(file)) {
      return HostCosts.PUBLISHED;
    }
    HostCosts own = HostCostsFile.read(file);
    return own.host().equals(HostMemory.description()) ? own : HostCosts.PUBLISHED;
  }

  /**
   * The costs that a verdict takes, and names: those of the last calibration of this host,
   * otherwise the published ones. A calibration that cannot be read must not stop a prediction of
   * pages.
   */
  static HostCosts costs() throws IOException {
    try {
      return costs(Optional.empty());
    } catch (IllegalArgumentException e) {
      return HostCosts.PUBLISHED;
    }
  }

  /** Measures this host. */
  static Calibration measure(ForkCostProbe probe, int processes) throws ObserveException {
    List<ForkedMemory> points = new ArrayList<>();
    points.add(new ForkedMemory(0, PageSize.BASE_4K, 0));
    points.add(new ForkedMemory(0, PageSize.BASE_4K, MAPPINGS));
    Map<PageSize, Calibration.Faults> faults = new EnumMap<>(PageSize.class);
    for (PageSize pageSize : PageSize.values()) {
      if (!HostMemory.gives(pageSize, 2 * FAULT_BYTES)) {
        continue;
      }
      for (long mib : RESIDENT_MIB) {
        if (fits(mib * MIB, pageSize)) {
          points.add(new ForkedMemory(mib * MIB, pageSize, 0));
        }
      }
      faults.put(pageSize, probe.faults(pageSize, FAULT_BYTES));
    }
    return new Calibration(samples(probe, points, processes, "calibrate"), faults);
  }

  /**
   * Each point in several processes, all points in turn, so that a host that changes changes them
   * all.
   */
  static List<ForkSample> samples(
      ForkCostProbe probe, List<ForkedMemory> points, int processes, String task)
      throws ObserveException {
    List<ForkSample> samples = new ArrayList<>();
    try (Progress progress = Progress.of(task, (long) processes * points.size())) {
      for (int process = 0; process < processes; process++) {
        for (ForkedMemory memory : points) {
          for (int again = 0; again < repeats(memory); again++) {
            samples.addAll(probe.ways(memory, RUNS));
          }
          progress.step();
        }
      }
    }
    return samples;
  }

  /** Few pages make no mean of how they came to lie, and are written soon. */
  private static int repeats(ForkedMemory memory) {
    return memory.pages() <= SMALL_PAGES ? 3 : 1;
  }

  /** Whether so much memory can be taken without hurting the host. */
  static boolean fits(long bytes, PageSize pageSize) throws ObserveException {
    return bytes <= HostMemory.availableBytes() * MEMORY_SHARE && HostMemory.gives(pageSize, bytes);
  }

  /** Keeps a calibration. */
  static void keep(HostCosts costs, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    ResultFile.write(
        file, out -> out.write(HostCostsFile.write(costs).getBytes(StandardCharsets.UTF_8)));
  }
}
