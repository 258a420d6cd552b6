package io.forkscope.core.forkcost;

import io.forkscope.core.memory.PageSize;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * A host's costs from measurements. A point (way, memory) is the least of its runs, what the way
 * costs where nothing disturbs it: on a guest of ours forks of the same memory came in two kinds,
 * one 1.6 times the other, and the median went from one to the other between minutes; the least of
 * ten stayed within a twentieth in ten processes of 1 and 2 GiB. It is no cure for a host that
 * changes for longer: minutes apart, a further fork of 0.25 GiB took 2.3 and 6.3 ms. The fixed part
 * is the point without memory; the points of a page size make its two curves.
 */
public final class Calibration {

  private static final String UNMEASURED = "a part of the calibration was not measured";

  private final List<ForkSample> samples;
  private final Map<PageSize, Faults> faults;

  /**
   * What the first write to a base page after a fork costs, in nanoseconds.
   *
   * @param copyNanos where it copies the page
   * @param reuseNanos where nobody else maps the page any more
   */
  public record Faults(double copyNanos, double reuseNanos) {}

  /**
   * A calibration.
   *
   * @param samples runs of all ways, some without memory
   * @param faults what write faults cost by page size; others are left out
   */
  public Calibration(List<ForkSample> samples, Map<PageSize, Faults> faults) {
    this.samples = List.copyOf(samples);
    this.faults = Map.copyOf(faults);
  }

  /**
   * The costs.
   *
   * @throws IllegalArgumentException if a way, or memory of a page size, was not measured
   */
  public HostCosts costs(String host) {
    double fixed = least(s -> s.way() == ForkWay.FORK && isBare(s), ForkSample::parentNanos);
    EnumMap<PageSize, PageCosts> pages = new EnumMap<>(PageSize.class);
    faults.forEach(
        (size, fault) ->
            pages.put(
                size,
                new PageCosts(
                    curve(size, true, fixed),
                    curve(size, false, fixed),
                    fault.copyNanos(),
                    fault.reuseNanos())));
    return new HostCosts(
        host,
        true,
        fixed,
        mappingNanos(fixed),
        least(s -> s.way() == ForkWay.FORK_EXEC && isBare(s), ForkSample::readyNanos),
        constantNanos(ForkWay.VFORK_EXEC),
        constantNanos(ForkWay.POSIX_SPAWN),
        disturbance(),
        pages);
  }

  /** The least of the parent's times at one point. */
  public double parentNanos(ForkWay way, ForkedMemory memory) {
    return least(s -> s.way() == way && s.memory().equals(memory), ForkSample::parentNanos);
  }

  /** How many times the least the median fork of memory took: 1 where nothing disturbs. */
  public double disturbance() {
    double[] ratios =
        samples.stream()
            .filter(s -> s.way() == ForkWay.FORK && s.memory().pages() > 0)
            .mapToDouble(s -> s.parentNanos() / parentNanos(s.way(), s.memory()))
            .sorted()
            .toArray();
    if (ratios.length == 0) {
      throw new IllegalArgumentException(UNMEASURED);
    }
    return ratios[ratios.length / 2];
  }

  private ForkCurve curve(PageSize size, boolean written, double fixed) {
    List<ForkCurve.Point> points =
        samples.stream()
            .filter(s -> s.way() == ForkWay.FORK)
            .map(ForkSample::memory)
            .filter(m -> m.pageSize() == size && m.written() == written)
            .filter(m -> m.pages() > 0 && m.mappings() == 0)
            .distinct()
            .sorted(Comparator.comparingLong(ForkedMemory::pages))
            .map(m -> new ForkCurve.Point(m.pages(), moreThan(fixed, m)))
            .toList();
    if (points.isEmpty()) {
      throw new IllegalArgumentException("no fork was measured with pages of " + size);
    }
    return new ForkCurve(points);
  }

  private double moreThan(double fixed, ForkedMemory memory) {
    return Math.max(0, parentNanos(ForkWay.FORK, memory) - fixed);
  }

  private double mappingNanos(double fixed) {
    return samples.stream()
        .map(ForkSample::memory)
        .filter(m -> m.mappings() > 0 && m.pages() == 0 && !m.written())
        .distinct()
        .mapToDouble(m -> moreThan(fixed, m) / m.mappings())
        .average()
        .orElse(0);
  }

  private static boolean isBare(ForkSample sample) {
    return sample.memory().pages() == 0 && sample.memory().mappings() == 0;
  }

  /**
   * The middle one of the points of a way that copies no tables: the points of a vfork went from
   * 0.07 to 0.27 ms on a guest of ours, in no order of size.
   */
  private double constantNanos(ForkWay way) {
    double[] points =
        samples.stream()
            .filter(s -> s.way() == way)
            .map(ForkSample::memory)
            .distinct()
            .mapToDouble(m -> parentNanos(way, m))
            .sorted()
            .toArray();
    if (points.length == 0) {
      throw new IllegalArgumentException(UNMEASURED);
    }
    return points[points.length / 2];
  }

  private double least(Predicate<ForkSample> which, ToDoubleFunction<ForkSample> value) {
    return samples.stream()
        .filter(which)
        .mapToDouble(value)
        .min()
        .orElseThrow(() -> new IllegalArgumentException(UNMEASURED));
  }
}
