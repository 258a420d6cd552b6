package io.forkscope.models.cpython;

import io.forkscope.core.scenario.Nearest;
import io.forkscope.core.scenario.Scenario;
import java.util.List;

/** What runs around a scenario's own code: it decides what there is before anything is built. */
enum ProgramKind {
  /** The shared harness's own, which builds and acts; short cases are of it. */
  PLAIN,
  /** A program that builds and acts too, spelled from a case file: what {@code validate} runs. */
  SPELLED,
  /** A program that has imported json and serves requests in a loop. */
  SERVER,
  /** The application of {@code gunicorn --preload}. */
  GUNICORN;

  /** The option of what the interpreter has compiled when it begins to build. */
  static final String OPTION = "program";

  static final String HARNESS = "harness";
  static final List<String> NAMES = List.of("spelled", HARNESS);

  static ProgramKind of(Scenario plan) {
    if (GunicornProgram.serves(plan)) {
      GunicornProgram.check(plan);
      return GUNICORN;
    }
    if (ServeActions.serves(plan)) {
      return SERVER;
    }
    String name = plan.options().getOrDefault(OPTION, NAMES.get(0));
    Nearest.check(OPTION, name, NAMES);
    return name.equals(HARNESS) ? PLAIN : SPELLED;
  }

  /** Whether it serves nothing. */
  boolean isAlone() {
    return this == PLAIN || this == SPELLED;
  }
}
