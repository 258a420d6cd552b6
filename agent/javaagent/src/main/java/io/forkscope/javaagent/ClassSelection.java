package io.forkscope.javaagent;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which classes have their allocations recorded.
 *
 * <p>Never: the agent and its hooks, JFR, other agents and the instrumentation they bring, hidden
 * classes, and the core of the JDK that a hook runs on. With {@code jdk=true} the rest of the JDK.
 */
final class ClassSelection {
  /** Left alone always. */
  private static final List<String> NEVER =
      List.of(
          "io.forkscope.hook.",
          "io.forkscope.javaagent.",
          "io.forkscope.events.",
          "java.lang.$Forkscope",
          "jdk.jfr.",
          "jdk.internal.",
          "sun.",
          "com.sun.management.",
          "com.sun.proxy.",
          // What the hooks themselves run on; a hook inside would be called from the hook.
          "java.lang.Thread",
          "java.lang.VirtualThread",
          "java.lang.ref.",
          "java.lang.invoke.",
          "java.lang.instrument.",
          "java.lang.reflect.",
          "java.lang.module.",
          "java.lang.ClassLoader",
          "java.lang.Class",
          "java.lang.Module",
          "java.lang.Object",
          "java.lang.StackWalker",
          "java.lang.StackStreamFactory",
          "java.lang.management.",
          "java.util.concurrent.locks.",
          "java.util.concurrent.atomic.",
          // Other agents and what they bring.
          "net.bytebuddy.",
          "org.jacoco.agent.",
          "io.opentelemetry.javaagent.",
          "datadog.trace.",
          "com.newrelic.agent.",
          "co.elastic.apm.agent.",
          "com.dynatrace.",
          "com.appdynamics.",
          "com.intellij.rt.",
          "one.profiler.");

  /** The JDK's packages, left alone unless asked for. */
  private static final List<String> JDK =
      List.of(
          "java.",
          "javax.",
          "jdk.",
          "com.sun.",
          "org.ietf.jgss.",
          "org.jcp.xml.",
          "org.w3c.dom.",
          "org.xml.sax.",
          "netscape.javascript.");

  private final boolean jdk;
  private final List<Pattern> include;
  private final List<Pattern> exclude;

  ClassSelection(AgentOptions options) {
    this.jdk = options.jdk();
    this.include = options.include().stream().map(ClassSelection::glob).toList();
    this.exclude = options.exclude().stream().map(ClassSelection::glob).toList();
  }

  private static Pattern glob(String glob) {
    return Pattern.compile(
        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  /**
   * Says whether a class is recorded.
   *
   * @param className as {@code Class.getName()} says it
   * @param fromJdk whether the class is in a module of the JDK
   */
  boolean selects(String className, boolean fromJdk) {
    if (startsWithAny(className, NEVER) || className.indexOf('/') >= 0) {
      return false;
    }
    if ((fromJdk || startsWithAny(className, JDK)) && !jdk && !explicitlyIncluded(className)) {
      return false;
    }
    boolean included = include.isEmpty() || matchesAny(className, include);
    return included && !matchesAny(className, exclude);
  }

  /** {@code include=com.sun.tools.javac.*} is asking for it, too. */
  private boolean explicitlyIncluded(String className) {
    return matchesAny(className, include);
  }

  private static boolean startsWithAny(String className, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (className.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matchesAny(String className, List<Pattern> patterns) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(className).matches()) {
        return true;
      }
    }
    return false;
  }
}
