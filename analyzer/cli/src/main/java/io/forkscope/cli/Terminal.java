package io.forkscope.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a person watches a stream. The JDK's console says it of input and output together only,
 * so the kernel is asked; where it cannot be, nobody is taken to watch.
 */
final class Terminal {

  private Terminal() {}

  /** Whether stderr is a terminal. */
  static boolean watchesErrors() {
    return isTerminal(2);
  }

  /** Whether stdout is a terminal that wants colours (see no-color.org). */
  static boolean wantsColours() {
    String none = System.getenv("NO_COLOR");
    return (none == null || none.isEmpty()) && isTerminal(1);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
