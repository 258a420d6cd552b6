package io.forkscope.core.placement;

/** How addresses were obtained; the words of a report's fidelity, in order of falling certainty. */
public enum PlacementKind {
  /** Real addresses, recorded. */
  EXACT,
  /** Real boundaries and amounts, recorded; what lies between them is placed by rule. */
  RECONSTRUCTED,
  /** Placed by a model. */
  MODELLED;

  /** The lower-case word that reports show. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The less certain of two. */
  public PlacementKind weaker(PlacementKind other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
