package io.forkscope.core.verdict;

/** Three different things that are never worded alike. */
public enum Basis {
  /** Counted by the kernel or by a real run. */
  MEASURED,
  /** Computed by a model. */
  MODELLED,
  /** Taken for granted. */
  ASSUMED
}
