package io.forkscope.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the agent is: named on the command line, beside forkscope.jar, or where the build leaves
 * it.
 */
final class AgentJar {

  private static final String NAME = "forkscope-agent.jar";

  @Option(
      names = "--agent",
      paramLabel = "JAR",
      description = "The agent. Default: beside forkscope.jar, or where the build leaves it.")
  private @Nullable Path named;

  /** The agent's jar; ends the command where there is none. */
  Path find() {
    if (named != null) {
      if (!Files.isRegularFile(named) || !Files.isReadable(named)) {
        throw CommandFailure.environment(named + ": no agent can be read there");
      }
      return named.toAbsolutePath().normalize();
    }
    Path self = self();
    Path folder = self.toAbsolutePath().getParent();
    if (folder != null) {
      for (String place : List.of(NAME, "../../../agent/javaagent/target/" + NAME)) {
        Path candidate = folder.resolve(place).normalize();
        if (Files.isRegularFile(candidate)) {
          return candidate;
        }
      }
    }
    throw CommandFailure.environment(NAME + " is not beside " + self + "; name it with --agent");
  }

  /** The jar, or the folder of classes, that this program runs from. */
  static Path self() {
    try {
      return Path.of(AgentJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class file from nowhere", e);
    }
  }
}
