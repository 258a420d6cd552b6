package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Scenario;

/** What runs around a scenario's own code: it decides what there is before anything is built. */
enum ProgramKind {
  /** A program that builds and acts. */
  PLAIN,
  /** A program that has imported json and serves requests in a loop. */
  SERVER,
  /** The application of {@code gunicorn --preload}. */
  GUNICORN;

  static ProgramKind of(Scenario plan) {
    if (GunicornProgram.serves(plan)) {
      GunicornProgram.check(plan);
      return GUNICORN;
    }
    return ServeActions.serves(plan) ? SERVER : PLAIN;
  }
}
