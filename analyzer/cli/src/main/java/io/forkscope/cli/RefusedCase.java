package io.forkscope.cli;

import io.forkscope.core.scenario.Scenario;

/** A case that its model, or its runtime's program, cannot say. */
final class RefusedCase extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  /** A refusal for a reason that does not name the case. */
  RefusedCase(Scenario scenario, IllegalArgumentException reason) {
    super("case " + scenario.name() + ": " + reason.getMessage(), reason);
    this.reason = String.valueOf(reason.getMessage());
  }

  /** Why, the same for all cases that share it. */
  String reason() {
    return reason;
  }
}
