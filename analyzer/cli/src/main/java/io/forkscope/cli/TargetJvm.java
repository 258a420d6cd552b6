package io.forkscope.cli;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A running JVM that the agent is loaded into. Whatever is known to fail is found out before the
 * first signal is sent: a process that is no JVM would die of it, and a JVM that does not allow
 * attaching would print a thread dump.
 */
final class TargetJvm {

  /** System property of the target that the agent leaves its answer in. */
  private static final String STATUS = "io.forkscope.agent.status";

  private static final int OLDEST = 17;

  private final String pid;

  private TargetJvm(String pid) {
    this.pid = pid;
  }

  /** The JVM with that process id, as far as it can be looked at from outside. */
  static TargetJvm of(long number) {
    TargetJvm target = new TargetJvm(Long.toString(number));
    Path process = Path.of("/proc", target.pid);
    if (Files.isDirectory(Path.of("/proc/self"))) {
      if (!Files.isDirectory(process)) {
        throw badInput("there is no process " + number);
      }
      target.requireOwn(process);
      target.requireJvm(process);
      target.requireAttachable();
    } else if (ProcessHandle.of(number).isEmpty()) {
      throw badInput("there is no process " + number);
    }
    return target;
  }

  private static CommandFailure badInput(String line) {
    return CommandFailure.badInput(line, new IllegalArgumentException(line));
  }

  private void requireOwn(Path process) {
    try {
      Object owner = Files.getAttribute(process, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      if (!owner.equals(self) && !self.equals(0)) {
        throw CommandFailure.environment(
            "process "
                + pid
                + " belongs to "
                + Files.getOwner(process)
                + "; attach as that user, or as root");
      }
    } catch (IOException gone) {
      throw badInput("process " + pid + " has ended");
    }
  }

  private void requireJvm(Path process) {
    try (Stream<String> mappings = Files.lines(process.resolve("maps"))) {
      if (mappings.noneMatch(line -> line.endsWith("/libjvm.so"))) {
        throw badInput("process " + pid + " is no JVM: it has no libjvm.so");
      }
    } catch (IOException | java.io.UncheckedIOException unreadable) {
      throw CommandFailure.environment(
          "cannot see what process " + pid + " is: /proc/" + pid + "/maps is not readable",
          unreadable);
    }
  }

  /**
   * The JDK lists the JVMs that say, in their performance data, that they can be attached to. One
   * that has such data and is not listed does not allow it.
   */
  private void requireAttachable() {
    boolean listed =
        VirtualMachine.list().stream().map(VirtualMachineDescriptor::id).anyMatch(pid::equals);
    if (!listed && hasPerformanceData()) {
      throw CommandFailure.environment(
          "JVM "
              + pid
              + " does not allow attaching (-XX:+DisableAttachMechanism); start it with -javaagent");
    }
  }

  private boolean hasPerformanceData() {
    Path temporary = Path.of("/proc", pid, "root", "tmp");
    try (Stream<Path> users = Files.list(temporary)) {
      return users
          .filter(folder -> folder.getFileName().toString().startsWith("hsperfdata_"))
          .anyMatch(folder -> Files.exists(folder.resolve(pid)));
    } catch (IOException unknown) {
      return false;
    }
  }

  /**
   * Loads the agent and returns its answer.
   *
   * @param options as the agent understands them
   */
  String load(Path agent, String options) throws IOException {
    VirtualMachine jvm = attach();
    try {
      requireVersion(jvm.getSystemProperties());
      jvm.loadAgent(agent.toString(), options);
      return jvm.getSystemProperties().getProperty(STATUS, "error: the agent left no answer");
    } catch (AgentLoadException refused) {
      throw CommandFailure.environment(refusal(refused), refused);
    } catch (AgentInitializationException failed) {
      throw CommandFailure.environment(
          "JVM " + pid + ": the agent did not start; see what the JVM printed", failed);
    } finally {
      jvm.detach();
    }
  }

  private VirtualMachine attach() throws IOException {
    try {
      return VirtualMachine.attach(pid);
    } catch (AttachNotSupportedException | IOException silent) {
      if (ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty()) {
        throw badInput("process " + pid + " has ended");
      }
      throw CommandFailure.environment(
          "JVM "
              + pid
              + " does not answer: it is stopped, or was started with -XX:+DisableAttachMechanism",
          silent);
    }
  }

  private void requireVersion(Properties properties) {
    String version = properties.getProperty("java.specification.version", "unknown");
    // 1.8 and before; 9 and later
    List<String> parts = List.of(version.split("\\.", -1));
    String major = parts.size() > 1 && parts.get(0).equals("1") ? parts.get(1) : parts.get(0);
    if (!major.matches("\\d{1,4}") || Integer.parseInt(major) < OLDEST) {
      throw badInput(
          "JVM " + pid + " is Java " + version + "; the agent needs Java " + OLDEST + " or later");
    }
  }

  private String refusal(AgentLoadException refused) {
    String why = String.valueOf(refused.getMessage());
    return why.contains("EnableDynamicAgentLoading")
        ? "JVM "
            + pid
            + " does not load agents (-XX:-EnableDynamicAgentLoading); start it with"
            + " -XX:+EnableDynamicAgentLoading or with -javaagent"
        : "JVM " + pid + " cannot load the agent: " + why + "; it must be able to read the jar";
  }
}
