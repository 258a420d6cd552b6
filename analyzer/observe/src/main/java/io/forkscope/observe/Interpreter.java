package io.forkscope.observe;

import java.nio.file.Path;

/**
 * An executable that was asked for its version.
 *
 * @param executable absolute path
 * @param version as it prints it, for example {@code 3.11.7}
 */
public record Interpreter(Path executable, String version) {

  /** Whether it is of a version as a scenario spells it, for example {@code 3.11}. */
  public boolean isOf(String scenarioVersion) {
    return version.equals(scenarioVersion) || version.startsWith(scenarioVersion + ".");
  }
}
