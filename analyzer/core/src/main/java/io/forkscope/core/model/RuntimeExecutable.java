package io.forkscope.core.model;

import io.forkscope.core.scenario.Scenario;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is run of a real runtime, and how it is recognised. */
public interface RuntimeExecutable {

  /** Names of executables to look for when the user names none, best first. */
  List<String> executables(String version);

  /** The arguments that make an executable print its version on one line. */
  List<String> versionArguments();

  /**
   * The release that what the model says of a scenario was measured on, as it prints its version:
   * it is taken before others of the version. Empty if any will do.
   */
  default Optional<String> measuredRelease(Scenario scenario) {
    return Optional.empty();
  }

  /** Environment variables that it gets, beside a bare PATH, HOME and locale. */
  default Map<String, String> environment() {
    return Map.of();
  }
}
