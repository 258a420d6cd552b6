package io.forkscope.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forkscope attach}: loads the agent into a running JVM, and speaks to it there. */
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    description = {
      "Records a JVM that is running already, marks fork points in it, and ends the recording.",
      "OPTIONS are the agent's: start, file=NAME, forkpoint=after:TIME, forkpoint=method:CLASS.METHOD,"
          + " include=GLOB, exclude=GLOB, jdk, rotate=TIME, settings=JFC; and for a JVM that is being"
          + " recorded forkpoint=NAME, dump, stop. Commas or blanks between them. A relative file"
          + " name is relative to the JVM's working directory; %%p is its process id.",
      "The JVM must be of the same user (or this be root), Java 17 or later, and able to read the"
          + " agent's jar. From JDK 21 on a JVM prints a warning when an agent is loaded at run time;"
          + " started with -XX:+EnableDynamicAgentLoading it does not, and with"
          + " -XX:-EnableDynamicAgentLoading or -XX:+DisableAttachMechanism nothing can be attached."
    },
    footer = {
      "",
      "Examples:",
      "  forkscope attach 4711                     record to forkscope-4711.jfr",
      "  forkscope attach 4711 file=/tmp/app.jfr forkpoint=after:10s",
      "  forkscope attach 4711 forkpoint=ready     mark a fork point now",
      "  forkscope attach 4711 dump,file=/tmp/so-far.jfr",
      "  forkscope attach 4711 stop                write the file and leave"
    })
final class AttachCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "PID", description = "Process id of a JVM.")
  private long pid;

  @Parameters(
      index = "1..*",
      paramLabel = "OPTIONS",
      description = "What the agent is to do. Default: start.")
  private List<String> options = List.of();

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Give up on a JVM that does not answer by then. Default: ${DEFAULT-VALUE}.")
  private long limitSeconds;

  @Mixin private AgentJar agent = new AgentJar();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before call()
  AttachCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (pid < 1 || limitSeconds < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "PID and --time-limit must be at least 1");
    }
    String asked = options.isEmpty() ? "start" : String.join(",", options);
    String answer = withinTheLimit(() -> TargetJvm.of(pid).load(agent.find(), asked));
    return obeyed(answer);
  }

  /** A JVM that is stopped while it is spoken to never answers. */
  private String withinTheLimit(Callable<String> work) throws IOException, InterruptedException {
    FutureTask<String> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "attach");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(limitSeconds, TimeUnit.SECONDS);
    } catch (TimeoutException silent) {
      throw CommandFailure.environment(
          "JVM " + pid + " did not answer within " + limitSeconds + " s", silent);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof NoClassDefFoundError) {
        throw CommandFailure.environment(
            "this Java has no module jdk.attach; run forkscope with a JDK", failed);
      }
      throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
    }
  }

  /** The agent answers with {@code ok}, or with what is wrong: the options, the moment, the JVM. */
  private int obeyed(String answer) {
    int colon = answer.indexOf(": ");
    String kind = colon < 0 ? "" : answer.substring(0, colon);
    String text = "JVM " + pid + ": " + answer.substring(colon < 0 ? 0 : colon + 2);
    return switch (kind) {
      case "ok" -> {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
        yield ExitCode.FINE;
      }
      case "usage" -> throw CommandFailure.usage(text);
      case "refused" -> throw CommandFailure.badInput(text, new IllegalStateException(text));
      default -> throw CommandFailure.environment(text);
    };
  }
}
