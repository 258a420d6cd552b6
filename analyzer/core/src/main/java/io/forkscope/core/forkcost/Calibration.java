package io.forkscope.core.forkcost;

import io.forkscope.core.memory.PageSize;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * A host's costs from measurements. A point (way, memory) is the {@link Midmean} of its processes.
 * What a fork takes hangs on where the parent's memory came to lie in the host's: on a guest of
 * ours the runs of one process are alike, but equal processes of 0.25 GiB took 5 to 13 ms for a
 * further fork, and the least (which was 1.5 ms once in an hour) says what hardly ever happens. The
 * fixed part is the point without memory; the points of a page size make its two curves.
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
   * @param samples of all ways, some without memory
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
    double fixed = midmean(s -> s.way() == ForkWay.FORK && isBare(s), ForkSample::parentNanos);
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
        midmean(s -> s.way() == ForkWay.FORK_EXEC && isBare(s), ForkSample::readyNanos),
        constantNanos(ForkWay.VFORK_EXEC),
        constantNanos(ForkWay.POSIX_SPAWN),
        spread(),
        pages);
  }

  /** The parent's time at one point. */
  public double parentNanos(ForkWay way, ForkedMemory memory) {
    return midmean(s -> s.way() == way && s.memory().equals(memory), ForkSample::parentNanos);
  }

  /** How far forks of equal memory lie from their point, in the mean of them: 0.2 is a fifth. */
  public double spread() {
    return samples.stream()
        .filter(s -> s.way() == ForkWay.FORK && s.memory().pages() > 0)
        .mapToDouble(s -> Math.abs(s.parentNanos() / parentNanos(s.way(), s.memory()) - 1))
        .average()
        .orElseThrow(() -> new IllegalArgumentException(UNMEASURED));
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

  /** A way that copies no tables: all its points are one. */
  private double constantNanos(ForkWay way) {
    return midmean(s -> s.way() == way, ForkSample::parentNanos);
  }

  private double midmean(Predicate<ForkSample> which, ToDoubleFunction<ForkSample> value) {
    return Midmean.of(samples.stream().filter(which).mapToDouble(value))
        .orElseThrow(() -> new IllegalArgumentException(UNMEASURED));
  }
}
