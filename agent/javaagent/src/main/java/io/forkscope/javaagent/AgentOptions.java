package io.forkscope.javaagent;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the agent was asked to do.
 *
 * @param command what to do in a JVM that may be recording already
 * @param commandName the fork point's name, for {@link Command#FORK_POINT}
 * @param file where the recording or the dump goes, with {@code %p} and {@code %t} not yet
 *     replaced; empty for a dump to the recording's own file
 * @param forkAfter when to mark a fork point by itself, counted from the start of recording
 * @param forkMethod the method whose first return is a fork point: class and method name
 * @param include globs of class names; empty means every class
 * @param exclude globs of class names
 * @param jdk whether the JDK's own classes are instrumented too
 * @param rotate how often a finished chunk is written to the file
 * @param settings a JFR configuration to record under, by name or file
 */
record AgentOptions(
    Command command,
    String commandName,
    String file,
    Optional<Duration> forkAfter,
    Optional<MethodName> forkMethod,
    List<String> include,
    List<String> exclude,
    boolean jdk,
    Duration rotate,
    Optional<String> settings) {

  /** What the agent is to do. */
  enum Command {
    START("start"),
    FORK_POINT("forkpoint=NAME"),
    DUMP("dump"),
    STOP("stop");

    private final String word;

    Command(String word) {
      this.word = word;
    }

    /** As it is written in the options. */
    String word() {
      return word;
    }
  }

  /** A method by name, whatever its parameters. */
  record MethodName(String className, String method) {
    @Override
    public String toString() {
      return className + "." + method;
    }
  }

  AgentOptions {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** The options as one would write them. */
  String describe() {
    StringBuilder text = new StringBuilder("start,file=").append(file);
    forkAfter.ifPresent(after -> text.append(",forkpoint=after:" + after.toMillis() + "ms"));
    forkMethod.ifPresent(method -> text.append(",forkpoint=method:" + method));
    if (!include.isEmpty()) {
      text.append(",include=").append(String.join(":", include));
    }
    if (!exclude.isEmpty()) {
      text.append(",exclude=").append(String.join(":", exclude));
    }
    text.append(",jdk=").append(jdk).append(",rotate=").append(rotate.toMillis()).append("ms");
    settings.ifPresent(name -> text.append(",settings=").append(name));
    return text.toString();
  }
}
