package io.forkscope.core.model;

import java.util.List;
import java.util.Map;

/** What is run of a real runtime, and how it is recognised. */
public interface RuntimeExecutable {

  /** Names of executables to look for when the user names none, best first. */
  List<String> executables(String version);

  /** The arguments that make an executable print its version on one line. */
  List<String> versionArguments();

  /** Environment variables that it gets, beside a bare PATH, HOME and locale. */
  default Map<String, String> environment() {
    return Map.of();
  }
}
