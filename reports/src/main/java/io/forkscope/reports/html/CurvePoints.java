package io.forkscope.reports.html;

import io.forkscope.core.verdict.ErosionCurve;
import java.util.ArrayList;
import java.util.List;

/** Picks evenly spread points of a long curve, the first and the last always among them. */
final class CurvePoints {

  private CurvePoints() {}

  /** Indices into the epochs, ascending, at most {@code most} of them (2 or more). */
  static List<Integer> pick(int points, int most) {
    List<Integer> picked = new ArrayList<>();
    int taken = Math.min(points, most);
    for (int i = 0; i < taken; i++) {
      picked.add(taken == 1 ? 0 : (int) ((long) i * (points - 1) / (taken - 1)));
    }
    return picked;
  }

  /** Pages broken by all causes together at one point. */
  static long lostAt(ErosionCurve curve, int point) {
    long lost = 0;
    for (ErosionCurve.Series series : curve.series()) {
      lost += series.pages().get(point);
    }
    return lost;
  }
}
