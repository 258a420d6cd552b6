package io.forkscope.core.model;

import io.forkscope.core.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a real server takes a scenario: it forks by itself when a client tells it to, and it is
 * stopped from outside at the marks, for it cannot stop itself as the programs of a {@link
 * RuntimeDriver} do.
 */
public interface ServerDriver extends RuntimeExecutable {

  /**
   * The command line that starts the server in the foreground, reachable from this machine alone.
   *
   * @param workDirectory a private directory, also its current one
   */
  List<String> command(Path executable, Path workDirectory, Scenario scenario);

  /**
   * How many requests a second the scenario says that come while the child lives; 0 if it does not.
   */
  long requestsPerSecond(Scenario scenario);

  /**
   * Connects to the server, which may still be starting.
   *
   * @param patience the longest wait for the server, here and in every call of the session
   * @throws IOException in one line if it cannot be reached
   */
  ServerSession connect(Path workDirectory, Scenario scenario, Duration patience)
      throws IOException;
}
