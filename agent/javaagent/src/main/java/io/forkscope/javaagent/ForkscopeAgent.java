package io.forkscope.javaagent;

import io.forkscope.javaagent.AgentOptions.Command;
import java.lang.instrument.Instrumentation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the JVM enters the agent. Whatever goes wrong, one line is printed and the host runs on as
 * if there were no agent.
 */
public final class ForkscopeAgent {
  /** System property that says, in one line, how the last call of the agent went. */
  static final String STATUS = "io.forkscope.agent.status";

  private static final String ENVIRONMENT = "FORKSCOPE_AGENT_OPTIONS";
  private static final List<String> MODULES = List.of("jdk.jfr", "jdk.management");

  private static @Nullable Session session;

  private ForkscopeAgent() {}

  /** The JVM starts with the agent. */
  public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
    enter(arguments, instrumentation);
  }

  /** The agent is attached to a running JVM, perhaps again. */
  public static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
    enter(arguments, instrumentation);
  }

  private static void enter(@Nullable String arguments, Instrumentation instrumentation) {
    try {
      try {
        report("ok: " + obey(options(arguments), instrumentation));
      } catch (OptionException misunderstood) {
        fail("usage: ", misunderstood.getMessage());
      } catch (StateException refused) {
        fail("refused: ", refused.getMessage());
      } catch (Throwable failed) { // whatever it is, the host must not see it
        fail("error: ", Console.oneLine(failed));
      }
    } catch (Throwable evenThat) { // not even a line can be printed
      return;
    }
  }

  private static AgentOptions options(@Nullable String arguments) throws OptionException {
    String environment = System.getenv(ENVIRONMENT);
    return OptionParser.parse(
        environment == null ? "" : environment, arguments == null ? "" : arguments);
  }

  /** Says what went wrong: in the status to whoever attached, in one line to the host's user. */
  private static void fail(String kind, @Nullable String why) {
    report(kind + why);
    Console.say(why + consequence());
  }

  private static synchronized String consequence() {
    Session running = session;
    return running == null
        ? "; the application runs without recording"
        : "; recording to " + running.file() + " goes on";
  }

  private static void report(String status) {
    System.setProperty(STATUS, Console.oneLine(status));
  }

  private static synchronized String obey(AgentOptions options, Instrumentation instrumentation)
      throws Exception {
    Session running = session;
    if (options.command() == Command.START) {
      if (running != null) {
        throw new StateException("already recording to " + running.file());
      }
      requireModules();
      HookInstaller.install(instrumentation); // before any class that links to the hooks
      Session started = Session.start(instrumentation, options);
      session = started;
      return "recording to " + started.file();
    }
    if (running == null) {
      throw new StateException("nothing is being recorded; attach with start first");
    }
    if (options.command() == Command.FORK_POINT) {
      running.forkPoint(options.commandName(), "command");
      return "fork point " + options.commandName() + " in " + running.file();
    }
    if (options.command() == Command.DUMP) {
      return "dumped to " + running.dump(options.file());
    }
    session = null;
    return running.stop();
  }

  private static void requireModules() throws StateException {
    for (String module : MODULES) {
      if (ModuleLayer.boot().findModule(module).isEmpty()) {
        throw new StateException(
            "this JVM runs without the module " + module + "; add --add-modules " + module);
      }
    }
  }

  static String version() {
    String version = ForkscopeAgent.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
