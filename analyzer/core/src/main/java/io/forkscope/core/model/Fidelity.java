package io.forkscope.core.model;

/** How a placement or a number was obtained; never left out of a report. */
public enum Fidelity {
  /** Real addresses, recorded. */
  EXACT,
  /** Real boundaries, with the objects inside them placed by rule. */
  RECONSTRUCTED,
  /** Placed by a model of the allocator. */
  MODELLED
}
