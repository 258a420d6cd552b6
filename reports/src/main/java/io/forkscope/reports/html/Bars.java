package io.forkscope.reports.html;

import java.util.Locale;

/** Positions on drawings whose width is {@link #WIDTH} units, whatever their size on the screen. */
final class Bars {

  /** Units across a drawing. */
  static final int WIDTH = 1000;

  private Bars() {}

  /** The length of a part when {@code whole} fills the width; 0 where the whole is nothing. */
  static double length(long part, long whole) {
    return whole <= 0 ? 0 : Math.max(0, Math.min(WIDTH, WIDTH * ((double) part / (double) whole)));
  }

  /** A length or position as an attribute of a drawing. */
  static String attribute(double units) {
    return String.format(Locale.ROOT, "%.1f", units);
  }
}
