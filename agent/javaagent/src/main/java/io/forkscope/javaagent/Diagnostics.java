package io.forkscope.javaagent;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Runs the JVM's diagnostic commands ({@code jcmd}'s) from inside.
 *
 * <p>The DiagnosticCommand MBean would do it officially, but needs the platform MBean server, whose
 * start in {@code premain} may fix the host's log manager before the host chose it. So the MBean's
 * own native method is called; the agent opens its package.
 */
final class Diagnostics {
  private static final String IMPLEMENTATION = "com.sun.management.internal.DiagnosticCommandImpl";

  private final Object commands;
  private final Method execute;

  private Diagnostics(Object commands, Method execute) {
    this.commands = commands;
    this.execute = execute;
  }

  static Diagnostics open() throws ReflectiveOperationException {
    Class<?> implementation = Class.forName(IMPLEMENTATION);
    // The class is made by the JVM's management support; its constructor and fields are private.
    Method getter = implementation.getDeclaredMethod("getDiagnosticCommandMBean");
    getter.setAccessible(true);
    Object commands = getter.invoke(null);
    Method execute = implementation.getDeclaredMethod("executeDiagnosticCommand", String.class);
    execute.setAccessible(true);
    return new Diagnostics(commands, execute);
  }

  /**
   * Runs one command.
   *
   * @return what it prints
   * @throws IllegalStateException if this JVM refuses it
   */
  String run(String command) {
    try {
      return String.valueOf(execute.invoke(commands, command));
    } catch (IllegalAccessException | InvocationTargetException refused) {
      Throwable cause = refused.getCause() == null ? refused : refused.getCause();
      throw new IllegalStateException(command + ": " + Console.oneLine(cause), cause);
    }
  }
}
