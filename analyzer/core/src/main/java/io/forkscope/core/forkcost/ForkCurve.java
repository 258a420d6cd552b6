package io.forkscope.core.forkcost;

import java.util.List;

/**
 * How much longer a fork takes by the pages that the parent holds: straight between the points that
 * were measured, by the last one's time a page beyond it. Not one line, because a fork of memory
 * that was not written since the last fork is not: on a guest of ours it took 12 ms a GiB at 0.25
 * GiB and 5.6 at 8.
 *
 * @param points by growing pages, at least one
 */
public record ForkCurve(List<Point> points) {

  /**
   * A measured point.
   *
   * @param pages that the parent held, above 0
   * @param nanos that its fork took longer than one of next to nothing, at least 0
   */
  public record Point(long pages, double nanos) {

    /** Checks bounds. */
    public Point {
      if (pages <= 0 || !(nanos >= 0)) {
        throw new IllegalArgumentException(
            "a fork of " + pages + " pages cannot take " + nanos + " ns longer than one of none");
      }
    }

    private double nanosAPage() {
      return nanos / pages;
    }
  }

  /** Checks the order. */
  public ForkCurve {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("a curve of forks needs a point");
    }
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i - 1).pages() >= points.get(i).pages()) {
        throw new IllegalArgumentException("points of a curve of forks must grow in pages");
      }
    }
  }

  /** The curve of a host where each page takes the same time. */
  static ForkCurve straight(double nanosAPage) {
    long gibibyte = 1L << 18; // any number: the curve is a line through nothing
    return new ForkCurve(List.of(new Point(gibibyte, nanosAPage * gibibyte)));
  }

  /** How much longer than a fork of next to nothing. */
  public double nanos(double pages) {
    long fromPages = 0;
    double fromNanos = 0;
    for (Point to : points) {
      if (pages <= to.pages()) {
        double part = (pages - fromPages) / (to.pages() - fromPages);
        return fromNanos + part * (to.nanos() - fromNanos);
      }
      fromPages = to.pages();
      fromNanos = to.nanos();
    }
    return pages * points.get(points.size() - 1).nanosAPage();
  }

  /** The least pages whose fork takes so much longer. */
  double pages(double nanos) {
    long fromPages = 0;
    double fromNanos = 0;
    for (Point to : points) {
      if (nanos <= to.nanos()) {
        double part = nanos <= fromNanos ? 0 : (nanos - fromNanos) / (to.nanos() - fromNanos);
        return fromPages + part * (to.pages() - fromPages);
      }
      fromPages = to.pages();
      fromNanos = to.nanos();
    }
    return nanos / points.get(points.size() - 1).nanosAPage();
  }
}
