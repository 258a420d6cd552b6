package io.forkscope.core.forkcost;

import io.forkscope.core.memory.PageSize;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Fits a host's coefficients to measurements.
 *
 * <p>A point (way, memory) is the lower quartile of its runs: what disturbs a run (another program
 * on the same core, a page table that the host has to find first) makes it longer, never shorter,
 * and the least of all runs is one lucky one.
 *
 * <p>The fixed part is the point without memory. A line over the points of a page size gives its
 * two parts: the slope is the median of the slopes between any two points, the intercept the median
 * of what the points leave (Theil and Sen), so that up to 29 % of the points may be wrong by any
 * amount. Each point counts forks and the forks before an exec together, they are the same call. A
 * point that is alone is joined with the fixed part.
 *
 * <p>P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63 (1968).
 */
public final class Calibration {

  private final List<ForkSample> samples;
  private final Map<PageSize, PageCosts> faults;

  /**
   * A calibration.
   *
   * @param samples runs of all ways, some without memory
   * @param faults what write faults cost by page size; their {@code forkNanos} are not looked at
   */
  public Calibration(List<ForkSample> samples, Map<PageSize, PageCosts> faults) {
    this.samples = List.copyOf(samples);
    this.faults = Map.copyOf(faults);
  }

  /**
   * The coefficients.
   *
   * @throws IllegalArgumentException if a way, or memory of a page size, was not measured
   */
  public HostCosts fit(String host) {
    double fixed = quartile(s -> s.way() == ForkWay.FORK && isBare(s), ForkSample::parentNanos);
    EnumMap<PageSize, PageCosts> pages = new EnumMap<>(PageSize.class);
    faults.forEach(
        (size, fault) ->
            pages.put(size, line(size, fixed).costs(fixed, fault.copyNanos(), fault.reuseNanos())));
    return new HostCosts(
        host,
        true,
        fixed,
        mappingNanos(fixed),
        quartile(s -> s.way() == ForkWay.FORK_EXEC && isBare(s), ForkSample::readyNanos),
        quartile(s -> s.way() == ForkWay.VFORK_EXEC, ForkSample::parentNanos),
        quartile(s -> s.way() == ForkWay.POSIX_SPAWN, ForkSample::parentNanos),
        pages);
  }

  /** The lower quartile of the parent's time at one point. */
  public double parentNanos(ForkWay way, ForkedMemory memory) {
    return quartile(s -> s.way() == way && s.memory().equals(memory), ForkSample::parentNanos);
  }

  private ForkLine line(PageSize size, double fixed) {
    List<ForkedMemory> points =
        samples.stream()
            .map(ForkSample::memory)
            .filter(m -> m.pageSize() == size && m.pages() > 0 && m.mappings() == 0)
            .distinct()
            .toList();
    if (points.isEmpty()) {
      throw new IllegalArgumentException("no fork was measured with pages of " + size);
    }
    return ForkLine.through(
        points.stream().mapToDouble(ForkedMemory::pages).toArray(),
        points.stream().mapToDouble(this::forkNanos).toArray(),
        fixed);
  }

  private double forkNanos(ForkedMemory memory) {
    return quartile(
        s -> s.way().copiesPageTables() && s.memory().equals(memory), ForkSample::parentNanos);
  }

  private double mappingNanos(double fixed) {
    return samples.stream()
        .map(ForkSample::memory)
        .filter(m -> m.mappings() > 0 && m.pages() == 0)
        .distinct()
        .mapToDouble(m -> (parentNanos(ForkWay.FORK, m) - fixed) / m.mappings())
        .map(nanos -> Math.max(0, nanos))
        .average()
        .orElse(0);
  }

  private static boolean isBare(ForkSample sample) {
    return sample.memory().pages() == 0 && sample.memory().mappings() == 0;
  }

  private double quartile(Predicate<ForkSample> which, ToDoubleFunction<ForkSample> value) {
    double[] sorted = samples.stream().filter(which).mapToDouble(value).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("a part of the calibration was not measured");
    }
    return sorted[(sorted.length - 1) / 4];
  }
}
