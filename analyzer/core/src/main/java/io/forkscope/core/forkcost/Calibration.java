package io.forkscope.core.forkcost;

import io.forkscope.core.memory.PageSize;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Fits a host's coefficients to measurements.
 *
 * <p>Each point (way, memory) is the median of its runs. The fixed part is the point without
 * memory. A page's part is chosen for the smallest worst relative error over the points of its
 * size: with rates r = (t - fixed) / pages and a fixed part that hardly counts, that is the
 * harmonic middle 2 / (1/min + 1/max), so the error at the ends is equal in ratio.
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
    double fixed = median(s -> s.way() == ForkWay.FORK && isBare(s), ForkSample::parentNanos);
    EnumMap<PageSize, PageCosts> pages = new EnumMap<>(PageSize.class);
    faults.forEach(
        (size, fault) ->
            pages.put(
                size,
                new PageCosts(pageNanos(size, fixed), fault.copyNanos(), fault.reuseNanos())));
    return new HostCosts(
        host,
        true,
        fixed,
        mappingNanos(fixed),
        median(s -> s.way() == ForkWay.FORK_EXEC && isBare(s), ForkSample::readyNanos),
        median(s -> s.way() == ForkWay.VFORK_EXEC, ForkSample::parentNanos),
        median(s -> s.way() == ForkWay.POSIX_SPAWN, ForkSample::parentNanos),
        pages);
  }

  /** The median of the parent's time at one point. */
  public double parentNanos(ForkWay way, ForkedMemory memory) {
    return median(s -> s.way() == way && s.memory().equals(memory), ForkSample::parentNanos);
  }

  private double pageNanos(PageSize size, double fixed) {
    double[] rates =
        samples.stream()
            .map(ForkSample::memory)
            .filter(m -> m.pageSize() == size && m.pages() > 0)
            .distinct()
            .mapToDouble(
                m -> Math.max(0, parentNanos(ForkWay.FORK, m) - fixed) / (double) m.pages())
            .sorted()
            .toArray();
    if (rates.length == 0) {
      throw new IllegalArgumentException("no fork was measured with pages of " + size);
    }
    double sum = rates[0] + rates[rates.length - 1];
    return sum == 0 ? 0 : 2 * rates[0] * rates[rates.length - 1] / sum;
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

  private double median(Predicate<ForkSample> which, ToDoubleFunction<ForkSample> value) {
    double[] sorted = samples.stream().filter(which).mapToDouble(value).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("a part of the calibration was not measured");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }
}
